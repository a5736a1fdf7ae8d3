/** A chart or table of a workbook. */
export interface WorkbookChart {
  /** Name of the item, unique in the workbook. */
  readonly name: string;
  /** What stands above it. */
  readonly title: string;
  /** As workbooks draw it. */
  readonly visualization: "table" | "timechart" | "barchart" | "piechart";
  /** Kusto. */
  readonly query: string;
}

/** What a workbook shows. */
export interface WorkbookContent {
  /** Name of the item by which people choose a time. */
  readonly timeName: string;
  /** Milliseconds that can be chosen. */
  readonly durationsMs: readonly number[];
  /** Milliseconds that are chosen at first. */
  readonly durationMs: number;
  readonly charts: readonly WorkbookChart[];
}

const TIME_RANGE = "TimeRange";

/**
 * The JSON of a workbook that asks one workspace.
 *
 * Source: https://github.com/microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json
 */
export function workbookDocument({ timeName, durationsMs, durationMs, charts }: WorkbookContent): string {
  return JSON.stringify({
    version: "Notebook/1.0",
    items: [
      {
        type: 9,
        name: timeName,
        content: {
          version: "KqlParameterItem/1.0",
          parameters: [
            {
              version: "KqlParameterItem/1.0",
              name: TIME_RANGE,
              type: 4,
              isRequired: true,
              value: { durationMs },
              typeSettings: { selectableValues: durationsMs.map((each) => ({ durationMs: each })) },
            },
          ],
        },
      },
      ...charts.map(({ name, title, visualization, query }) => ({
        type: 3,
        name,
        content: {
          version: "KqlItem/1.0",
          title,
          query,
          size: 0,
          timeContextFromParameter: TIME_RANGE,
          queryType: 0,
          resourceType: "microsoft.operationalinsights/workspaces",
          visualization,
        },
      })),
    ],
  });
}
