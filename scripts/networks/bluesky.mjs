// A whole Bluesky for tests in one process, made of its own developers' parts: directory, server, view, moderation.
import net from 'node:net'

// They listen to every address of the machine; nobody but this machine is to reach them.
const original = net.Server.prototype.listen
net.Server.prototype.listen = function listenHere(...given) {
  const [first, second] = given
  if (first !== null && typeof first === 'object' && 'port' in first) {
    given[0] = { ...first, host: '127.0.0.1' }
  } else if (Number.isInteger(Number(first ?? undefined))) {
    given.splice(1, typeof second === 'string' ? 1 : 0, '127.0.0.1')
  }
  return original.apply(this, given)
}

const { TestNetwork } = await import('@atproto/dev-env')
const network = await TestNetwork.create({
  dbPostgresSchema: process.env.DB_POSTGRES_SCHEMA,
  plc: { port: 25820 },
  pds: { port: 25830, hostname: 'localhost', enableDidDocWithSession: true },
  bsky: { port: 25840, publicUrl: 'http://localhost:25840' },
  ozone: { port: 25870, chatUrl: 'http://localhost:25890', chatDid: 'did:example:chat' },
})
process.on('SIGTERM', async () => {
  await network.close().catch(() => {})
  process.exit(0)
})
console.log(`ready at ${network.pds.url}`)
