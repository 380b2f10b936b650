#version 450
#extension GL_GOOGLE_include_directive : require

// Rotates queries and keys by their positions (NEOX pairing: value i of a head with value i + size / 2) and writes
// keys and values into the cache as float16. Sines and cosines come from a table, because Vulkan asks for no
// precision of sin and cos beyond one turn.

#include "activations.glsl"
#define STATE_BINDING 5
#include "state.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint HEAD_GROUPS = 16; // groups of four values in a head
layout(constant_id = 2) const uint HEADS = 1;
layout(constant_id = 3) const uint KV_HEADS = 1;

layout(push_constant) uniform Push {
    uint tokens;
    uint context; // positions that the cache has room for
};
layout(binding = 0) readonly buffer Input { vec4 qkv[]; };
layout(binding = 1) readonly buffer Table { vec4 table[]; }; // cosines, sines of four pairs at each position
layout(binding = 2) writeonly buffer Queries { vec4 queries[]; };
layout(binding = 3) writeonly buffer Keys { uvec2 keys[]; };
layout(binding = 4) writeonly buffer Values { uvec2 values[]; };

uvec2 packed(vec4 v) { return uvec2(packHalf2x16(v.xy), packHalf2x16(v.zw)); }

void main() {
    const uint half_groups = HEAD_GROUPS / 2;
    const uint index = gl_GlobalInvocationID.x;
    const uint token = gl_WorkGroupID.y;
    const uint head = index / half_groups;
    const uint group = index % half_groups;
    if (head >= HEADS + 2 * KV_HEADS) {
        return;
    }
    const uint first = head * HEAD_GROUPS + group;
    const uint second = first + half_groups;
    vec4 a = qkv[first * tokens + token];
    vec4 b = qkv[second * tokens + token];
    const uint here = position + token;
    if (head < HEADS + KV_HEADS) {
        const uint entry = (here * half_groups + group) * 2;
        const vec4 c = table[entry];
        const vec4 s = table[entry + 1];
        const vec4 rotated = a * c - b * s;
        b = b * c + a * s;
        a = rotated;
    }
    if (head < HEADS) {
        queries[first * tokens + token] = a;
        queries[second * tokens + token] = b;
        return;
    }
    const uint cached = (head - HEADS) % KV_HEADS;
    const uint slot = (cached * context + here) * HEAD_GROUPS + group;
    if (head < HEADS + KV_HEADS) {
        keys[slot] = packed(a);
        keys[slot + half_groups] = packed(b);
    } else {
        values[slot] = packed(a);
        values[slot + half_groups] = packed(b);
    }
}
