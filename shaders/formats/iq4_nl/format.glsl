// IQ4_NL weights in two planes: 16 bytes of quants a block, so that a lane loads them at once, and the float16 scales.
// A unit is one block: low halves of its bytes are the first 16 values, high halves the others.
#include "unpack.glsl"
#include "nonlinear.glsl"
#define RUNS 2

layout(binding = 0) readonly buffer Quants { uvec4 quants[]; };
layout(binding = 1) readonly buffer Scales { uint scales[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = row * units + unit;
    const float scale = half_of(scales[block >> 1], block & 1);
    const uvec4 v = quants[block];
    for (uint i = 0; i < 4; i++) {
        w[i] = scale * nonlinear(v[i]);
        w[4 + i] = scale * nonlinear(v[i] >> 4);
    }
}
