import { Container } from "@medusajs/ui"
import { useParams, type UIMatch } from "react-router-dom"
import { AccountDays } from "../../../../accounts/account-days"
import { AccountFacts } from "../../../../accounts/account-facts"
import { AccountHeader } from "../../../../accounts/account-header"
import { SetupSection } from "../../../../accounts/setup-section"
import { CardsSkeleton } from "../../../../parts/cards-skeleton"
import { FailureNotice } from "../../../../parts/failure-notice"
import { TwoColumns } from "../../../../parts/two-columns"
import { useAccount } from "../../../../queries/use-accounts"

const GatewayPage = () => {
  const { id = "" } = useParams()
  const { data, error, refetch } = useAccount(id)
  if (error && !data)
    return (
      <Container className="p-0">
        <FailureNotice error={error} retry={() => void refetch()} />
      </Container>
    )
  if (!data) return <CardsSkeleton />
  const { account } = data
  return (
    <TwoColumns
      main={
        <>
          <AccountHeader account={account} />
          <SetupSection account={account} />
          <AccountDays account={account} />
        </>
      }
      side={<AccountFacts account={account} />}
    />
  )
}

export const handle = { breadcrumb: ({ params }: UIMatch) => params.id ?? "" }

export default GatewayPage
