// A publisher or a player that speaks HTTP instead of LiveKit's protocol (WHIP, WHEP): the browser's own
// RTCPeerConnection and fetch, as any page has them.

export interface HttpOptions {
  /** Of the endpoint: http://…/whip/v1 */
  readonly url: string;
  readonly token: string;
}

interface Sent {
  readonly status: number;
  readonly text: string;
}

export class HttpClient {
  readonly pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  session = '';
  layers = '';
  etag = '';
  #answer = '';
  readonly #candidates: RTCIceCandidate[] = [];
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
    this.pc.addEventListener('icecandidate', ({ candidate }) => {
      if (!candidate?.candidate) return;
      this.#candidates.push(candidate);
      if (this.session) void this.#trickle();
    });
  }

  /** The offer goes out at once; what is gathered later goes by PATCH. */
  async begin(endpoint: string): Promise<void> {
    await this.pc.setLocalDescription();
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/sdp' },
      body: this.pc.localDescription!.sdp,
    });
    this.#answer = await response.text();
    if (response.status !== 201) throw new Error(`${response.status} ${this.#answer}`);
    this.session = new URL(response.headers.get('location')!, endpoint).href;
    this.etag = response.headers.get('etag')!;
    const link = /<([^>]+)>; rel="urn:ietf:params:whep:ext:core:layer"/.exec(response.headers.get('link') ?? '');
    if (link) this.layers = new URL(link[1]!, endpoint).href;
    await this.pc.setRemoteDescription({ type: 'answer', sdp: this.#answer });
    await this.#trickle();
  }

  async #trickle(): Promise<void> {
    const fresh = this.#candidates.splice(0);
    if (fresh.length > 0) await this.#patch(this.etag, this.#fragment(fresh), 204);
  }

  #fragment(candidates: RTCIceCandidate[]): string {
    const sdp = this.pc.localDescription!.sdp;
    const line = (name: string) => new RegExp(`^a=${name}:.*$`, 'm').exec(sdp)![0].trim();
    const media = /^m=\w+ .*$/m.exec(sdp)![0].trim();
    const lines = [line('ice-ufrag'), line('ice-pwd'), media, line('mid')];
    for (const { candidate } of candidates) lines.push(`a=${candidate}`);
    return `${lines.join('\r\n')}\r\n`;
  }

  async #patch(ifMatch: string, body: string, expected: number): Promise<Response> {
    const response = await fetch(this.session, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/trickle-ice-sdpfrag',
        'if-match': ifMatch,
      },
      body,
    });
    if (response.status !== expected) throw new Error(`PATCH: ${response.status} ${await response.text()}`);
    return response;
  }

  async restartIce(): Promise<void> {
    this.pc.restartIce();
    await this.pc.setLocalDescription();
    const response = await this.#patch('*', this.#fragment([]), 200);
    const fragment = await response.text();
    this.etag = response.headers.get('etag')!;
    const told = (name: string) => new RegExp(`^a=${name}:.*$`, 'm').exec(fragment)![0].trim();
    this.#answer = this.#answer
      .replaceAll(/^a=ice-ufrag:.*$/gm, told('ice-ufrag'))
      .replaceAll(/^a=ice-pwd:.*$/gm, told('ice-pwd'));
    await this.pc.setRemoteDescription({ type: 'answer', sdp: this.#answer });
  }

  async layer(method: string, body?: unknown): Promise<Sent> {
    const response = await fetch(this.layers, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }

  async end(): Promise<number> {
    const response = await fetch(this.session, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${this.#token}` },
    });
    this.pc.close();
    return response.status;
  }
}
