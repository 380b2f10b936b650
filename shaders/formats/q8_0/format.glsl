// Q8_0 weights in two planes, so that quants load 16 bytes at a time: 32 signed bytes a block, and their float16
// scales. A unit is one block.
#define RUNS 2

layout(binding = 0) readonly buffer Quants { uvec4 quants[]; };
layout(binding = 1) readonly buffer Scales { uint scales[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

vec4 signed_bytes(uint v) {
    const int i = int(v);
    return vec4(ivec4(i << 24, i << 16, i << 8, i) >> 24);
}

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = row * units + unit;
    const vec2 pair = unpackHalf2x16(scales[block >> 1]);
    const float scale = (block & 1) == 0 ? pair.x : pair.y;
    for (uint i = 0; i < 2; i++) {
        const uvec4 v = quants[block * 2 + i];
        w[4 * i] = scale * signed_bytes(v.x);
        w[4 * i + 1] = scale * signed_bytes(v.y);
        w[4 * i + 2] = scale * signed_bytes(v.z);
        w[4 * i + 3] = scale * signed_bytes(v.w);
    }
}
