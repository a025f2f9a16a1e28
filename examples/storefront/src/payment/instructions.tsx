import type { PaymentStatus } from "medusa-plugin-ipn/storefront"

/** How to pay by bank transfer or at a counter. */
export function Instructions({
  instructions: { lines, reference, due_at, qr_svg },
}: {
  instructions: NonNullable<PaymentStatus["instructions"]>
}) {
  return (
    <section className="card instructions" aria-label="What to pay">
      <div>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
        {reference && (
          <p>
            Reference
            <strong>{reference}</strong>
          </p>
        )}
        {due_at && (
          <p>Pay by {new Date(due_at).toLocaleString("en", { dateStyle: "long", timeStyle: "short" })}</p>
        )}
      </div>
      {qr_svg && (
        <img
          src={`data:image/svg+xml,${encodeURIComponent(qr_svg)}`}
          alt="QR code for your bank's app: it holds what is written here"
        />
      )}
    </section>
  )
}
