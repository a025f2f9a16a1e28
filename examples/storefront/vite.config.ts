import { fileURLToPath } from "node:url"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

const repository = fileURLToPath(new URL("../..", import.meta.url))

export default defineConfig({
  plugins: [react()],
  // Only here, where the helper is taken from its source. Elsewhere: npm install medusa-plugin-ipn, and nothing of this.
  resolve: {
    alias: [
      {
        find: "medusa-plugin-ipn/storefront/react",
        replacement: `${repository}/src/storefront/react.mts`,
      },
      { find: "medusa-plugin-ipn/storefront", replacement: `${repository}/src/storefront/index.mts` },
    ],
  },
  server: { fs: { allow: [repository] } },
})
