# The simulator with the stacks of this repository. Nothing needs it: `npm ci && npm start` does the same.
FROM node:20.20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npx tsx main.ts && npm run build
WORKDIR /app/dist/packages/azure-apim-simulator
# With the versions of the lockfile: npm keeps those of what a package needs and leaves out the rest.
RUN cp /app/package-lock.json . && npm install --omit=dev

FROM node:20.20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=node:node /app/dist/packages/azure-apim-simulator ./
COPY --from=build --chown=node:node /app/cdktf.out ./cdktf.out
USER node
ENTRYPOINT ["node", "simulator/main.js"]
