// Q8_0 weights in two planes: 32 signed bytes a block, which a lane loads at once (llvmpipe pays by the load, not by its
// width; two loads of 16 bytes take a third longer a token), and their float16 scales. A unit is one block.
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#include "unpack.glsl"
#define RUNS 2

layout(binding = 0) readonly buffer Quants { u64vec4 quants[]; };
layout(binding = 1) readonly buffer Scales { uint scales[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = row * units + unit;
    const float scale = half_of(scales[block >> 1], block & 1);
    const u64vec4 v = quants[block];
    for (uint i = 0; i < 4; i++) {
        const uvec2 pair = unpackUint2x32(v[i]);
        w[2 * i] = scale * signed_bytes(pair.x);
        w[2 * i + 1] = scale * signed_bytes(pair.y);
    }
}
