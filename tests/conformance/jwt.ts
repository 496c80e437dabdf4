export interface Claims {
  readonly sub?: string;
  readonly identity?: string;
  readonly exp?: number;
  readonly kind?: string;
  readonly attributes?: Record<string, string>;
  readonly video?: { room?: string; roomJoin?: boolean; agent?: boolean; canPublish?: boolean };
}

/** The claims, unchecked: the scenario looks at what a server wrote. */
export const decodeJwt = (jwt: string): Claims =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Claims;
