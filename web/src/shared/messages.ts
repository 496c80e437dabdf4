/**
 * Every word the app says, in one place; checks/words.test.ts keeps it so. A translation is another
 * object of the same type. Whole sentences only: word order is a language's own business.
 */
const plural = new Intl.PluralRules('en');
const people = (count: number): string => (plural.select(count) === 'one' ? `${count} person` : `${count} people`);

function joined(names: readonly string[]): string {
  const [first = '', second = ''] = names;
  if (names.length === 1) return `${first} joined`;
  if (names.length === 2) return `${first} and ${second} joined`;
  return `${names.length} people joined`;
}

function left(names: readonly string[]): string {
  const [first = '', second = ''] = names;
  if (names.length === 1) return `${first} left`;
  if (names.length === 2) return `${first} and ${second} left`;
  return `${names.length} people left`;
}

export const messages = {
  product: 'Parley',
  you: 'You',
  nameAndYou: (name: string) => `${name} (you)`,
  close: 'Close',
  dismiss: 'Dismiss',

  title: {
    home: 'Parley',
    meeting: (room: string) => `${room} · Parley`,
    call: (room: string, count: number) => `(${count}) ${room} · Parley`,
  },

  home: {
    title: 'Meet face to face',
    lead: 'Start a meeting and send the link. Nobody has to install anything.',
    start: 'New meeting',
    codeLabel: 'Code or link',
    codePlaceholder: 'abc-defg-hij',
    join: 'Join',
    codeEmpty: 'Enter the code or the link you were given.',
    codeBad: 'This is neither a code nor a link to a meeting here. Check it for typing errors.',
    recents: 'Recent meetings',
    forget: (room: string) => `Remove ${room} from this list`,
  },

  lobby: {
    preview: 'How others will see you',
    name: 'Your name',
    nameEmpty: 'Tell the others who you are.',
    join: 'Join',
    joining: 'Joining…',
    retrying: 'The server does not answer. Trying again…',
    cancel: 'Cancel',
    asking: 'Your browser is asking for your camera and microphone',
    askingHint: 'Choose “Allow” in its window. You can switch both off at any time.',
    cameraOff: 'Your camera is off',
    cameraStarting: 'Starting your camera…',
    mic: 'Microphone',
    camera: 'Camera',
    speaker: 'Speaker',
    systemDefault: 'System default',
    unnamed: (index: number) => `Device ${index}`,
    level: 'Microphone level',
    heard: 'We hear you',
    quiet: 'Say something to test your microphone',
    micOff: 'Your microphone is off',
    micFailed: 'Others will not hear you',
    speakerTest: 'Play a sound',
  },

  controls: {
    bar: 'Call controls',
    mute: 'Mute microphone',
    unmute: 'Unmute microphone',
    muteShort: 'Mute',
    unmuteShort: 'Unmute',
    cameraOff: 'Turn camera off',
    cameraOn: 'Turn camera on',
    share: 'Share screen',
    unshare: 'Stop sharing',
    grid: 'Show everyone the same size',
    speaker: 'Show the speaker large',
    people: (count: number) => `People (${count})`,
    more: 'More',
    leave: 'Leave',
    devices: 'Devices',
    shortcuts: 'Keyboard shortcuts',
    fullscreen: 'Full screen',
    exitFullscreen: 'Exit full screen',
    theme: { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
    copyLink: 'Copy link',
    linkCopied: 'Link copied',
  },

  devices: {
    title: 'Devices',
    done: 'Done',
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    enabled: 'Use single-key shortcuts',
    rows: {
      mic: 'Mute or unmute',
      camera: 'Camera on or off',
      share: 'Share or stop sharing',
      people: 'Show or hide people',
      layout: 'Everyone or speaker',
      fullscreen: 'Full screen',
      help: 'This list',
      close: 'Close what is open',
    },
    keys: { mic: 'M', camera: 'V', share: 'S', people: 'P', layout: 'L', fullscreen: 'F', help: '?', close: 'Esc' },
  },

  stage: {
    label: 'Pictures of the people in the meeting',
    tile: (name: string, muted: boolean, camera: boolean, speaking: boolean) =>
      [name, muted ? 'muted' : 'microphone on', camera ? 'camera on' : 'camera off', ...(speaking ? ['speaking'] : [])].join(', '),
    screenOf: (name: string) => `${name}’s screen`,
    muted: 'Muted',
    weak: 'Weak connection',
    lost: 'Connection lost',
    paused: 'Picture paused: slow network',
    alone: 'You are the only one here',
    aloneHint: 'Send this link to the people you want to talk with.',
    more: (count: number) => `${people(count)} more`,
    page: (page: number, pages: number) => `Page ${page} of ${pages}`,
    pageShort: (page: number, pages: number) => `${page} / ${pages}`,
    next: 'Next page',
    previous: 'Previous page',
    nowShowing: (name: string) => `${name} is speaking`,
    selfView: 'Your own picture',
  },

  people: {
    title: (count: number) => `People (${count})`,
    search: 'Find a person',
    nobody: (query: string) => `Nobody here is called “${query}”.`,
    micOn: 'Microphone on',
    micOff: 'Muted',
    cameraOn: 'Camera on',
    cameraOff: 'Camera off',
    sharing: 'Sharing their screen',
    invite: 'Copy link to invite',
  },

  connection: {
    label: (words: string) => `Connection: ${words}`,
    words: { unknown: 'Checking', excellent: 'Excellent', good: 'Good', poor: 'Weak', lost: 'Lost' },
  },

  notices: {
    signal: 'Reconnecting to the server. Picture and sound go on.',
    media: 'The connection broke. Reconnecting…',
    again: 'The server went away. Joining again…',
    slow: 'Your network is slow. Sound comes first, pictures may pause.',
    audioBlocked: 'Your browser waits for a press before it plays sound.',
    playSound: 'Play sound',
    sharing: 'You are sharing your screen',
    stopSharing: 'Stop',
    joined,
    left,
    inCall: (count: number) => (count <= 1 ? 'You joined. Nobody else is here yet.' : `You joined. ${people(count)} are here.`),
    micMuted: 'Microphone muted',
    micOn: 'Microphone on',
    cameraOff: 'Camera off',
    cameraOn: 'Camera on',
    screenShared: (name: string) => `${name} shares a screen`,
    screenEnded: (name: string) => `${name} stopped sharing`,
    devices: 'Choose another device',
    help: 'What to do',
  },

  /** What happened, and what to do: short for a banner, long for the help under the picture. */
  device: {
    mic: {
      denied: { title: 'Your microphone is blocked', hint: 'Your browser does not let this page use it.' },
      'denied-by-system': { title: 'Your microphone is blocked by the system', hint: 'Allow the browser to use it in the privacy settings of your computer, then reload.' },
      missing: { title: 'No microphone found', hint: 'Plug one in; it is found by itself.' },
      'in-use': { title: 'Your microphone does not start', hint: 'Another program may be using it. Close that program, then try again.' },
      insecure: { title: 'No microphone on this address', hint: 'Browsers open devices only on secure pages. Use the https address of this server.' },
      unknown: { title: 'Your microphone does not start', hint: 'Choose another one, or reload the page.' },
    },
    camera: {
      denied: { title: 'Your camera is blocked', hint: 'Your browser does not let this page use it.' },
      'denied-by-system': { title: 'Your camera is blocked by the system', hint: 'Allow the browser to use it in the privacy settings of your computer, then reload.' },
      missing: { title: 'No camera found', hint: 'Plug one in; it is found by itself. You can join without.' },
      'in-use': { title: 'Your camera is in use', hint: 'Another program has it. Close that program, then try again.' },
      insecure: { title: 'No camera on this address', hint: 'Browsers open devices only on secure pages. Use the https address of this server.' },
      unknown: { title: 'Your camera does not start', hint: 'Choose another one, or reload the page.' },
    },
    share: {
      denied: { title: 'Sharing was not allowed', hint: 'Your browser did not let this page see the screen.' },
      'denied-by-system': { title: 'The system does not let the browser see the screen', hint: 'Allow screen recording for the browser in the privacy settings of your computer.' },
      missing: { title: 'There is nothing to share', hint: 'Your browser offered no window and no screen.' },
      'in-use': { title: 'Sharing did not start', hint: 'Choose another window, or try again.' },
      insecure: { title: 'No sharing on this address', hint: 'Browsers share screens only from secure pages.' },
      unknown: { title: 'Sharing did not start', hint: 'Choose another window, or try again.' },
    },
    both: {
      denied: { title: 'Your camera and microphone are blocked', hint: 'You can join without them, and turn them on later.' },
    },
    tryAgain: 'Try again',
    steps: {
      chromium: ['Press the controls icon at the left of the address.', 'Turn on camera and microphone.', 'Press “Try again” here.'],
      firefox: ['Press the crossed-out camera at the left of the address.', 'Remove the block with the small ×.', 'Press “Try again” here.'],
      safari: ['Open “Settings for this website” in the Safari menu.', 'Set camera and microphone to “Allow”.', 'Press “Try again” here.'],
    },
  },

  ended: {
    left: { title: 'You left the meeting', detail: (minutes: number) => (minutes < 1 ? '' : `You were there for ${minutes === 1 ? 'one minute' : `${minutes} minutes`}.`) },
    removed: { title: 'You were removed from the meeting', detail: 'A host ended your visit. You can ask them to let you in again.' },
    closed: { title: 'The meeting has ended', detail: 'It was closed for everyone.' },
    duplicate: { title: 'You joined from somewhere else', detail: 'The same person is in this meeting in another tab or on another device, so this one stepped back.' },
    rejoin: 'Rejoin',
    useHere: 'Use this one instead',
    home: 'Back to the start',
  },

  problem: {
    'server-away': {
      title: 'The server does not answer',
      detail: 'It may be restarting, or your network is down. We tried several times.',
      action: 'Try again',
    },
    refused: { title: 'You cannot join this meeting', detail: 'The server turned the request down.', action: 'Try again' },
    'media-blocked': {
      title: 'Picture and sound do not get through',
      detail: 'The server answers, but a firewall or VPN between you and it stops the call itself. Try another network, or ask whoever runs this one to allow UDP and TCP to the server.',
      action: 'Try again',
    },
    'page-outdated': { title: 'There is a newer version of this page', detail: 'Reload to get it; your name is kept.', action: 'Reload' },
    'bad-link': {
      title: 'This link leads to no meeting',
      detail: 'A part of it may be missing. Ask for the link again, or enter the code.',
      action: 'Back to the start',
    },
    home: 'Back to the start',
    status: (status: number) => `Status ${status}`,
  },
} as const;

export type Messages = typeof messages;
export { messages as t };
