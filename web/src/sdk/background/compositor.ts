import { contain, cover, within, type Rect, type Size } from './geometry';
import { BEFORE_PICTURE, BEFORE_ROOM, BLUR, REFINE, ROOM, VERTEX } from './shaders';

/** The blurred room needs no detail: its height in pixels, and how often it is blurred. */
const STRENGTHS = { slight: { height: 180, passes: 1 }, strong: { height: 90, passes: 2 } } as const;
/** Longest side of the mask after it was refined. */
const MASK_DETAIL = 640;

interface Target extends Size {
  readonly texture: WebGLTexture;
  readonly buffer: WebGLFramebuffer;
}

interface Program {
  readonly program: WebGLProgram;
  readonly place: (name: string) => WebGLUniformLocation | null;
}

/**
 * Puts the person before something else, in WebGL 2.
 *
 *  owner     the worker, one; `dispose` frees all it has on the graphics card
 *  bounded   a handful of textures, made anew only if the camera's size changes
 */
export class Compositor {
  readonly canvas = new OffscreenCanvas(2, 2);
  private readonly gl: WebGL2RenderingContext;
  private readonly camera: WebGLTexture;
  private readonly mask: WebGLTexture;
  private readonly picture: WebGLTexture;
  private readonly refine: Program;
  private readonly room: Program;
  private readonly blur: Program;
  private readonly beforeRoom: Program;
  private readonly beforePicture: Program;
  private refined: Target | null = null;
  private rooms: readonly [Target, Target] | null = null;
  private size: Size = { width: 0, height: 0 };
  private pictureSize: Size = { width: 1, height: 1 };
  private background: 'slight' | 'strong' | 'picture' = 'strong';

  constructor(
    private readonly maskSize: Size,
    onLost: () => void,
  ) {
    const gl = this.canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, desynchronized: false, preserveDrawingBuffer: false });
    if (gl === null) throw new Error('no WebGL 2 here');
    this.gl = gl;
    this.canvas.addEventListener('webglcontextlost', onLost);
    this.camera = this.createTexture();
    this.mask = this.createTexture();
    this.picture = this.createTexture();
    this.refine = this.createProgram(REFINE);
    this.room = this.createProgram(ROOM);
    this.blur = this.createProgram(BLUR);
    this.beforeRoom = this.createProgram(BEFORE_ROOM);
    this.beforePicture = this.createProgram(BEFORE_PICTURE);
  }

  blurRoom(strength: 'slight' | 'strong'): void {
    this.background = strength;
    this.freeRooms();
  }

  showPicture(picture: ImageBitmap | OffscreenCanvas): void {
    const { gl } = this;
    this.background = 'picture';
    this.pictureSize = { width: picture.width, height: picture.height };
    gl.bindTexture(gl.TEXTURE_2D, this.picture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    this.freeRooms();
  }

  /** `mask`: null if the one before still holds. What comes out is in `canvas` until the task ends. */
  draw(frame: VideoFrame | ImageBitmap, size: Size, mask: Uint8Array<ArrayBuffer> | null): void {
    const { gl } = this;
    if (size.width !== this.size.width || size.height !== this.size.height) this.resize(size);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.camera);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, frame);
    if (mask !== null) {
      gl.bindTexture(gl.TEXTURE_2D, this.mask);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, this.maskSize.width, this.maskSize.height, 0, gl.RED, gl.UNSIGNED_BYTE, mask);
    }
    const refined = this.drawMask();
    if (this.background === 'picture') this.drawBeforePicture(refined);
    else this.drawBeforeRoom(refined, this.background);
    if (gl.isContextLost()) throw new Error('the graphics card was taken away');
  }

  dispose(): void {
    this.freeRooms();
    this.free(this.refined);
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  private drawMask(): Target {
    const { gl, maskSize } = this;
    this.refined ??= this.createTarget(within(this.size, MASK_DETAIL));
    const inMask = partOf(contain(this.size, maskSize), maskSize);
    this.use(this.refine, this.refined, { camera: this.camera, mask: this.mask });
    gl.uniform4f(this.refine.place('window'), inMask.x, inMask.y, inMask.width, inMask.height);
    gl.uniform2f(this.refine.place('reach'), 1 / (maskSize.width * inMask.width), 1 / (maskSize.height * inMask.height));
    this.fill();
    return this.refined;
  }

  private drawBeforeRoom(mask: Target, strength: 'slight' | 'strong'): void {
    const { gl, size } = this;
    const { height, passes } = STRENGTHS[strength];
    const scaled = within(size, (height * Math.max(size.width, size.height)) / Math.min(size.width, size.height));
    this.rooms ??= [this.createTarget(scaled), this.createTarget(scaled)];
    const [first, second] = this.rooms;
    this.use(this.room, first, { camera: this.camera, mask: mask.texture });
    gl.uniform2f(this.room.place('reach'), 0.5 / first.width, 0.5 / first.height);
    this.fill();
    for (let pass = 0; pass < passes; pass++) {
      this.use(this.blur, second, { room: first.texture });
      gl.uniform2f(this.blur.place('along'), 1 / first.width, 0);
      this.fill();
      this.use(this.blur, first, { room: second.texture });
      gl.uniform2f(this.blur.place('along'), 0, 1 / first.height);
      this.fill();
    }
    this.use(this.beforeRoom, null, { camera: this.camera, mask: mask.texture, room: first.texture });
    this.fill();
  }

  private drawBeforePicture(mask: Target): void {
    const { gl, size } = this;
    // Where the frame lies in the picture is the picture over the frame, turned around.
    const over = cover(this.pictureSize, size);
    const seen = { x: -over.x / over.width, y: -over.y / over.height, width: size.width / over.width, height: size.height / over.height };
    this.use(this.beforePicture, null, { camera: this.camera, mask: mask.texture, picture: this.picture });
    gl.uniform4f(this.beforePicture.place('window'), seen.x, seen.y, seen.width, seen.height);
    this.fill();
  }

  private resize(size: Size): void {
    this.size = { width: size.width, height: size.height };
    this.canvas.width = size.width;
    this.canvas.height = size.height;
    this.free(this.refined);
    this.refined = null;
    this.freeRooms();
  }

  private use({ program, place }: Program, target: Target | null, textures: Readonly<Record<string, WebGLTexture>>): void {
    const { gl } = this;
    const { width, height } = target ?? this.size;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target?.buffer ?? null);
    gl.viewport(0, 0, width, height);
    gl.useProgram(program);
    // What is shown begins at the bottom in WebGL, what is stored at the first row.
    gl.uniform1f(place('flip'), target === null ? 1 : 0);
    Object.entries(textures).forEach(([name, texture], unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.uniform1i(place(name), unit);
    });
  }

  /** One triangle that is larger than the target. */
  private fill(): void {
    this.gl.drawArrays(this.gl.TRIANGLES, 0, 3);
  }

  private createTexture(): WebGLTexture {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, way, gl.LINEAR);
    return texture;
  }

  private createTarget({ width, height }: Size): Target {
    const { gl } = this;
    const texture = this.createTexture();
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    const buffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    return { width, height, texture, buffer };
  }

  private free(target: Target | null): void {
    if (target === null) return;
    this.gl.deleteFramebuffer(target.buffer);
    this.gl.deleteTexture(target.texture);
  }

  private freeRooms(): void {
    for (const room of this.rooms ?? []) this.free(room);
    this.rooms = null;
  }

  private createProgram(fragment: string): Program {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [kind, text] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
      const shader = gl.createShader(kind);
      if (shader === null) throw new Error('the graphics card was taken away');
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(program);
    if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) throw new Error(gl.getProgramInfoLog(program) ?? 'no program');
    const places = new Map<string, WebGLUniformLocation | null>();
    const place = (name: string): WebGLUniformLocation | null => {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
      return places.get(name) ?? null;
    };
    return { program, place };
  }
}

function partOf(rect: Rect, { width, height }: Size): Rect {
  return { x: rect.x / width, y: rect.y / height, width: rect.width / width, height: rect.height / height };
}
