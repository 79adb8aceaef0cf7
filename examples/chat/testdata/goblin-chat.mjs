// Lets Endo's goblin-chat host a room, or take part in one, over its websocket netlayer:
//
//	node goblin-chat.mjs CHECKOUT host TITLE           hosts a room
//	node goblin-chat.mjs CHECKOUT host TITLE NAME      hosts a room, and takes part in it without a network in between
//	node goblin-chat.mjs CHECKOUT join NAME URI        takes part in a room
//	node goblin-chat.mjs CHECKOUT drive NAME SAY EXPECT URI    lets the driver of its own interoperability tests take part, busily
//
// CHECKOUT is a checkout of https://github.com/endojs/endo whose dependencies are installed. A host prints the URI of the room first. Who
// takes part says the lines of the input, and prints what happens as lines. The end of the input is the end of all of it.

import path from 'node:path';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';

const [checkout, role, ...args] = process.argv.slice(2);
const load = file => import(pathToFileURL(path.resolve(checkout, 'packages', file)).href);

await load('init/debug.js');
const { E } = await load('eventual-send/src/no-shim.js');
const { Far } = await load('marshal/index.js');
const { makeClient } = await load('ocapn/index.js');
const { makeWebSocketNetLayer } = await load('ocapn/src/netlayers/websocket.js');
const { makeChatroom, makeUserControllerPair, parseLocator } = await load('goblin-chat/api.js');
const { hostRoom } = await load('goblin-chat/src/host-room.js');
const { runChatParticipant } = await load('goblin-chat/src/interop-driver.js');

const lines = readline.createInterface({ input: process.stdin });
const over = new Promise(resolve => lines.once('close', resolve));

const client = makeClient({ debugLabel: role });
const { location } = await client.registerNetlayer((handlers, logger) => makeWebSocketNetLayer({ handlers, logger }));

// A swiss number of Endo is text, and the URI has the base64url of its bytes.
const publish = room => {
  const swiss = Buffer.from(`room-of-${process.pid}`);
  client.registerSturdyRef(swiss.toString(), room);
  console.log(`ocapn://${location.designator}.websocket/s/${swiss.toString('base64url')}?url=${encodeURIComponent(location.hints.url)}`);
  return room;
};

const enliven = uri => {
  const { location: peer, swissNum } = parseLocator(uri);
  return client.enlivenSturdyRef(client.makeSturdyRef(harden(peer), swissNum));
};

const takePart = async (room, name) => {
  const { user, userController } = makeUserControllerPair(name);
  const nameOf = who => E(who)['self-proposed-name']();
  console.log(`* the room is ${await E(room)['self-proposed-name']()}`);
  const channel = await E(userController)['join-room'](room);
  const observer = Far('observer', {
    'user-joined': async who => console.log(who === user ? `* you are in the room as ${name}` : `* ${await nameOf(who)} is here`),
    'user-left': () => console.log('* somebody left'),
    'new-message': async (_room, who, text) => console.log(`<${await nameOf(who)}> ${text}`),
  });
  await E(channel).subscribe(observer);
  lines.on('line', async text => console.log(`* answer: ${String(await E(channel)['send-message'](text))}`));
  await over;
  console.log(`* users: ${String(await E(channel)['list-users']())}`);
  console.log(`* left: ${String(await E(channel).leave())}`);
  console.log(`* behind: ${String(await E(channel)['send-message']('behind'))}`);
};

// A busy peer reads all at once what has come meanwhile.
const busy = () => {
  for (const start = Date.now(); Date.now() < start + 120; );
};

switch (role) {
  case 'host':
    if (args.length > 1) {
      await takePart(publish(makeChatroom(args[0])), args[1]);
    } else {
      console.log((await hostRoom({ roomName: args[0] })).uri);
      await over;
    }
    break;
  case 'join':
    await takePart(await enliven(args[1]), args[0]);
    break;
  default: {
    const [name, localMessage, expectedRemoteMessage, uri] = args;
    setInterval(busy, 10);
    await runChatParticipant({ chatroom: await enliven(uri), name, localMessage, expectedRemoteMessage, log: console.log });
    console.log('* all came');
    await over;
  }
}
process.exit(0);
