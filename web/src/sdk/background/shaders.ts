/** Over all of the target. `at` runs from the picture's first row down, as pixels are stored. */
export const VERTEX = `#version 300 es
out vec2 at;
uniform float flip;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
  at = vec2(corner.x, flip > 0.5 ? 1.0 - corner.y : corner.y);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

const HEAD = `#version 300 es
precision mediump float;
in vec2 at;
out vec4 colour;
`;

/**
 * The mask in more detail than the model gives: neighbours count by how near their colour is, so that the edge
 * falls where the picture has one. \`window\`: where in the mask the picture is.
 */
export const REFINE = `${HEAD}
uniform sampler2D camera;
uniform sampler2D mask;
uniform vec4 window;
uniform vec2 reach;
void main() {
  vec3 here = texture(camera, at).rgb;
  float sum = 0.0;
  float total = 0.0;
  for (int y = -1; y <= 1; y++) {
    for (int x = -1; x <= 1; x++) {
      vec2 there = at + vec2(x, y) * reach;
      vec3 apart = texture(camera, there).rgb - here;
      float weight = exp(-24.0 * dot(apart, apart)) * (x == 0 && y == 0 ? 1.0 : 0.6);
      sum += weight * texture(mask, there * window.zw + window.xy).r;
      total += weight;
    }
  }
  colour = vec4(smoothstep(0.3, 0.75, sum / total), 0.0, 0.0, 1.0);
}`;

/** The room alone, made smaller: what is the person's has no weight in it. */
export const ROOM = `${HEAD}
uniform sampler2D camera;
uniform sampler2D mask;
uniform vec2 reach;
void main() {
  vec4 sum = vec4(0.0);
  for (int i = 0; i < 4; i++) {
    vec2 there = at + (vec2(i & 1, i >> 1) - 0.5) * reach;
    float room = 1.0 - texture(mask, there).r;
    sum += vec4(texture(camera, there).rgb * room, room);
  }
  colour = sum / 4.0;
}`;

/** One direction of a Gaussian of 17 taps. */
export const BLUR = `${HEAD}
uniform sampler2D room;
uniform vec2 along;
void main() {
  vec4 sum = vec4(0.0);
  float total = 0.0;
  for (int i = -8; i <= 8; i++) {
    float weight = exp(-float(i * i) / 32.0);
    sum += weight * texture(room, at + float(i) * along);
    total += weight;
  }
  colour = sum / total;
}`;

/** The person before the blurred room. Divided by its weight: no dark or flesh-coloured rim. */
export const BEFORE_ROOM = `${HEAD}
uniform sampler2D camera;
uniform sampler2D mask;
uniform sampler2D room;
void main() {
  vec4 behind = texture(room, at);
  vec3 person = texture(camera, at).rgb;
  vec3 blurred = behind.a < 0.004 ? person : behind.rgb / behind.a;
  colour = vec4(mix(blurred, person, texture(mask, at).r), 1.0);
}`;

/** The person before a picture; \`window\`: which part of it is seen. */
export const BEFORE_PICTURE = `${HEAD}
uniform sampler2D camera;
uniform sampler2D mask;
uniform sampler2D picture;
uniform vec4 window;
void main() {
  vec3 behind = texture(picture, at * window.zw + window.xy).rgb;
  colour = vec4(mix(behind, texture(camera, at).rgb, texture(mask, at).r), 1.0);
}`;
