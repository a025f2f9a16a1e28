/// <reference types="vite/client" />

// Filled in by Medusa's admin bundler.
declare const __BASE__: string
declare const __BACKEND_URL__: string | undefined
declare const __AUTH_TYPE__: "session" | "jwt" | undefined
declare const __JWT_TOKEN_STORAGE_KEY__: string | undefined
