// Q4_1 weights in two planes: 16 bytes of quants a block, so that 16-byte loads are aligned, and the float16 scales and
// minima side by side. A unit is one block: low halves of its bytes are the first 16 values, high halves the others.
#include "unpack.glsl"
#define RUNS 2

layout(binding = 0) readonly buffer Quants { uvec4 quants[]; };
layout(binding = 1) readonly buffer Factors { uint factors[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = row * units + unit;
    const vec2 factor = unpackHalf2x16(factors[block]);
    const uvec4 v = quants[block];
    for (uint i = 0; i < 4; i++) {
        w[i] = factor.x * nibbles_of(v[i]) + factor.y;
        w[4 + i] = factor.x * nibbles_of(v[i] >> 4) + factor.y;
    }
}
