import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { BrowserRouter, Route, Routes } from "react-router-dom"
import { Layout } from "./layout"
import { CartPage } from "./pages/cart-page"
import { CheckoutPage } from "./pages/checkout-page"
import { ClaimPage } from "./pages/claim-page"
import { NotFoundPage } from "./pages/not-found-page"
import { PaymentPage } from "./pages/payment-page"
import { ProductPage } from "./pages/product-page"
import { ProductsPage } from "./pages/products-page"
import { ShopProvider, WhileOpen } from "./shop"
import "./styles.css"

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <BrowserRouter>
      <ShopProvider>
        <Routes>
          <Route element={<Layout />}>
            <Route element={<WhileOpen />}>
              <Route index element={<ProductsPage />} />
              <Route path="products/:handle" element={<ProductPage />} />
              <Route path="cart" element={<CartPage />} />
              <Route path="checkout" element={<CheckoutPage />} />
            </Route>
            <Route path="checkout/return" element={<PaymentPage />} />
            <Route path="account/claim" element={<ClaimPage />} />
            <Route path="*" element={<NotFoundPage />} />
          </Route>
        </Routes>
      </ShopProvider>
    </BrowserRouter>
  </StrictMode>
)
