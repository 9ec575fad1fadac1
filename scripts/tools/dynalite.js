// Runs dynalite, a server that speaks DynamoDB's protocol, in memory and on
// this machine only, for as long as its standard input is open: whoever started
// it cannot leave it behind. Prints the address once it answers.
//
//	node scripts/tools/dynalite.js [PORT]     any free port if none is given
'use strict'
const path = require('node:path')
const dynalite = require(path.join(__dirname, '../../.tools/node_modules/dynalite'))

const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
server.on('error', (err) => {
  console.error(err.message)
  process.exit(1)
})
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`)
})
// A client that hangs up in the middle of a request, as those whose time is up
// do, makes dynalite throw; that is no reason to leave the others without a server.
process.on('uncaughtException', (err) => {
  if (err.code === 'ECONNRESET') return
  console.error(err)
  process.exit(1)
})
process.stdin.resume().on('end', () => process.exit(0))
