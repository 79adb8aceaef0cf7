// Serves objects that Endo makes, for tests that call them, until its input ends:
//
//	node endo.mjs CHECKOUT
//
// CHECKOUT is a checkout of https://github.com/endojs/endo whose dependencies are installed. Each object is one line of output, its name
// and its URI. An object whose package the checkout does not have is left out.

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const packages = path.resolve(process.argv[2], 'packages');
const load = file => import(pathToFileURL(path.join(packages, file)).href);

await load('init/debug.js');
const { makeClient } = await load('ocapn/src/client/index.js');
const { makeTcpNetLayer } = await load('ocapn/src/netlayers/tcp-test-only.js');

const quiet = harden({ log() {}, info() {}, error() {} });
const client = makeClient({ debugLabel: 'endo', logger: quiet });
const { location } = await client.registerNetlayer((handlers, logger) =>
  makeTcpNetLayer({ handlers, logger, specifiedDesignator: `endo-${process.pid}` }),
);

const serve = (name, object) => {
  client.registerSturdyRef(name, object);
  const { designator, transport, hints } = location;
  const swiss = Buffer.from(name).toString('base64url');
  console.log(`${name} ocapn://${designator}.${transport}/s/${swiss}?host=${hints.host}&port=${hints.port}`);
};

async function* letters() {
  yield 'a';
  yield 'b';
  return 'that is all';
}

const { makeIteratorRef } = await load('daemon/src/reader-ref.js');
serve('iterator', makeIteratorRef(letters()));

const { makeUserControllerPair } = await load('goblin-chat/src/backend.js');
serve('user', makeUserControllerPair('Ada').user);

if (fs.existsSync(path.join(packages, 'exo-stream'))) {
  const { readerFromIterator } = await load('exo-stream/reader-from-iterator.js');
  serve('reader', readerFromIterator(letters()));

  const { bytesReaderFromIterator } = await load('exo-stream/bytes-reader-from-iterator.js');
  serve('bytes-reader', bytesReaderFromIterator(['a', 'b'].map(letter => Buffer.from(letter))));

  // What is written to a sink is what it ends with.
  const sink = (written = []) => ({
    next: async value => ({ done: false, value: written.push(typeof value === 'string' ? value : Buffer.from(value).toString()) }),
    return: async value => ({ done: true, value: harden([...written, value]) }),
  });
  const { writerFromIterator } = await load('exo-stream/writer-from-iterator.js');
  serve('writer', writerFromIterator(sink()));
  const { bytesWriterFromIterator } = await load('exo-stream/bytes-writer-from-iterator.js');
  serve('bytes-writer', bytesWriterFromIterator(sink()));
}

console.log('all');
process.stdin.on('end', () => process.exit(0)).resume();
