// Q4_K weights in two planes: 128 bytes of quants a block, which a lane loads 32 at once, and 16 bytes of scales. A unit
// is 32 bytes of quants: low halves are one sub-block of 32 values, high halves the next.
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_control_flow_attributes : require
#include "six_bit_scales.glsl"
#include "unpack.glsl"
#define RUNS 4

layout(binding = 0) readonly buffer Quants { u64vec4 quants[]; };
layout(binding = 1) readonly buffer Heads { uvec4 heads[]; };

uint run_start(uint unit, uint run) { return unit * 64 + run * 16; }

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint index = row * units + unit;
    const uvec4 head = heads[index / 4];
    const vec2 low = scale_and_minimum(head, unit % 4 * 2);
    const vec2 high = scale_and_minimum(head, unit % 4 * 2 + 1);
    const u64vec4 v = quants[index];
    [[unroll]] for (uint i = 0; i < 4; i++) {
        const uvec2 pair = unpackUint2x32(v[i]);
        w[2 * i] = low.x * nibbles_of(pair.x) - low.y;
        w[2 * i + 1] = low.x * nibbles_of(pair.y) - low.y;
        w[8 + 2 * i] = high.x * nibbles_of(pair.x >> 4) - high.y;
        w[9 + 2 * i] = high.x * nibbles_of(pair.y >> 4) - high.y;
    }
}
