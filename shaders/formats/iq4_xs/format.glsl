// IQ4_XS weights in two planes: 128 bytes of quants a block, which a lane loads 32 at once, and 8 bytes of float16 factor
// and scales. A unit is two groups of 32: low halves of a group's 16 bytes are its first 16 values, high halves the others.
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_control_flow_attributes : require
#include "nonlinear.glsl"
#define RUNS 4

layout(binding = 0) readonly buffer Quants { u64vec4 quants[]; };
layout(binding = 1) readonly buffer Heads { uvec2 heads[]; };

uint run_start(uint unit, uint run) { return unit * 64 + run * 16; }

float scale_of(uvec2 head, uint group) {
    // The factor, then two upper bits for each of 8 scales; the other word is their four lower bits.
    const uint level = (head.y >> (4 * group) & 15) | (head.x >> (16 + 2 * group) & 3) << 4;
    return unpackHalf2x16(head.x).x * (float(level) - 32.0);
}

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint index = row * units + unit;
    const uvec2 head = heads[index / 4];
    const vec2 scale = vec2(scale_of(head, unit % 4 * 2), scale_of(head, unit % 4 * 2 + 1));
    const u64vec4 v = quants[index];
    [[unroll]] for (uint i = 0; i < 4; i++) {
        const uvec2 nibbles = unpackUint2x32(v[i]);
        const uint group = i / 2;
        const uint first = group * 8 + i % 2 * 2;
        w[first] = scale[group] * nonlinear(nibbles.x);
        w[first + 1] = scale[group] * nonlinear(nibbles.y);
        w[first + 4] = scale[group] * nonlinear(nibbles.x >> 4);
        w[first + 5] = scale[group] * nonlinear(nibbles.y >> 4);
    }
}
