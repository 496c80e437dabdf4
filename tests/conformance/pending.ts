// What LiveKit's protocol has and this server has not yet. A scenario whose feature stands here may fail, and is
// reported when it passes. Each line names its row of docs/livekit-compatibility.md, which has to say "not yet":
// tools/check-compatibility compares the two. When a feature lands, its line goes and its row says "works".
export const PENDING: Readonly<Record<string, string>> = {};
