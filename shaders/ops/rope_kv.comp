#version 450
#extension GL_GOOGLE_include_directive : require

// Rotates queries and keys by their positions, after an RMS norm of each head where the model has one, and writes
// keys and values into the cache as float16. Sines and cosines come from a table, because Vulkan asks for no
// precision of sin and cos beyond one turn. An invocation takes two groups of four values of a head: four pairs.

#include "activations.glsl"
#define COLUMNS_BINDING 5
#include "columns.glsl"
#define BLOCKS_BINDING 6
#include "blocks.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint HEAD_GROUPS = 16; // groups of four values in a head
layout(constant_id = 2) const uint HEADS = 1;
layout(constant_id = 3) const uint KV_HEADS = 1;
layout(constant_id = 4) const bool PAIRS_NEIGHBOURS = false; // value 2i with 2i + 1, else i with i + size / 2
layout(constant_id = 5) const bool NORMALIZES_HEADS = false;

layout(push_constant) uniform Push {
    uint count; // of columns
    uint blocks_per_slot;
    float epsilon;
};
layout(binding = 0) readonly buffer Input { vec4 qkv[]; };
layout(binding = 1) readonly buffer Table { vec4 table[]; }; // cosines, sines of four pairs at each position
layout(binding = 2) writeonly buffer Queries { vec4 queries[]; };
layout(binding = 3) writeonly buffer Keys { uvec2 keys[]; };
layout(binding = 4) writeonly buffer Values { uvec2 values[]; };
layout(binding = 7) readonly buffer HeadNorm { vec4 head_norm[]; }; // weights for queries, then for keys

uvec2 packed(vec4 v) { return uvec2(packHalf2x16(v.xy), packHalf2x16(v.zw)); }

// Every invocation of a head adds all of it up for itself, which spares a dispatch and a barrier.
float norm_scale(uint head, uint column) {
    float sum = 0.0;
    for (uint g = 0; g < HEAD_GROUPS; g++) {
        const vec4 v = qkv[(head * HEAD_GROUPS + g) * count + column];
        sum += dot(v, v);
    }
    return 1.0 / sqrt(sum / float(HEAD_GROUPS * 4) + epsilon);
}

void main() {
    const uint half_groups = HEAD_GROUPS / 2;
    const uint index = gl_GlobalInvocationID.x;
    const uint column = gl_WorkGroupID.y;
    const uint head = index / half_groups;
    const uint group = index % half_groups;
    if (head >= HEADS + 2 * KV_HEADS) {
        return;
    }
    const uint in_head_a = PAIRS_NEIGHBOURS ? group * 2 : group;
    const uint in_head_b = PAIRS_NEIGHBOURS ? group * 2 + 1 : group + half_groups;
    const uint first = head * HEAD_GROUPS + in_head_a;
    const uint second = head * HEAD_GROUPS + in_head_b;
    vec4 a = qkv[first * count + column];
    vec4 b = qkv[second * count + column];
    const uint position = columns[column].position;
    if (head < HEADS + KV_HEADS) {
        const uint entry = (position * half_groups + group) * 2;
        const vec4 c = table[entry];
        const vec4 s = table[entry + 1];
        if (NORMALIZES_HEADS) {
            const float scale = norm_scale(head, column);
            const uint weights = head < HEADS ? 0 : HEAD_GROUPS;
            a *= scale * head_norm[weights + in_head_a];
            b *= scale * head_norm[weights + in_head_b];
        }
        const vec4 x = PAIRS_NEIGHBOURS ? vec4(a.xz, b.xz) : a;
        const vec4 y = PAIRS_NEIGHBOURS ? vec4(a.yw, b.yw) : b;
        const vec4 turned_x = x * c - y * s;
        const vec4 turned_y = y * c + x * s;
        a = PAIRS_NEIGHBOURS ? vec4(turned_x.x, turned_y.x, turned_x.y, turned_y.y) : turned_x;
        b = PAIRS_NEIGHBOURS ? vec4(turned_x.z, turned_y.z, turned_x.w, turned_y.w) : turned_y;
    }
    if (head < HEADS) {
        queries[first * count + column] = a;
        queries[second * count + column] = b;
        return;
    }
    const uint cached = (head - HEADS) % KV_HEADS;
    const uint place = cache_row(columns[column].slot, blocks_per_slot, KV_HEADS, cached, position) * HEAD_GROUPS;
    if (head < HEADS + KV_HEADS) {
        keys[place + in_head_a] = packed(a);
        keys[place + in_head_b] = packed(b);
    } else {
        values[place + in_head_a] = packed(a);
        values[place + in_head_b] = packed(b);
    }
}
