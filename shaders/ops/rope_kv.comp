#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

// Rotates queries and keys by their positions, after an RMS norm of each head where the model has one, and writes
// keys and values into the cache. Sines and cosines come from a table, because Vulkan asks for no precision of sin and
// cos beyond one turn. An invocation takes four pairs of a head, which are two groups of four values. Of keys and values
// that are to be quantized it takes a block of 32 values instead, and turns every pair of which one value is in the block:
// so it knows the block's scale, and needs no other invocation for it.

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
layout(constant_id = 6) const bool CACHE_IS_Q8 = false;
#include "cache.glsl"

layout(push_constant) uniform Push {
    uint count; // of columns
    uint blocks_per_slot;
    float epsilon;
};
layout(binding = 0) readonly buffer Input { vec4 qkv[]; };
layout(binding = 1) readonly buffer Table { vec4 table[]; }; // cosines, sines of four pairs at each position
layout(binding = 2) writeonly buffer Queries { vec4 queries[]; };
layout(binding = 3) buffer Keys { uvec2 keys[]; };
layout(binding = 4) buffer Values { uvec2 values[]; };
layout(binding = 7) readonly buffer HeadNorm { vec4 head_norm[]; }; // weights for queries, then for keys

const uint FOURS = HEAD_GROUPS / 2; // of pairs in a head
const uint HEADS_IN_FOURS = CACHE_IS_Q8 ? HEADS : HEADS + 2 * KV_HEADS;

// The groups that hold four pairs.
uint first_group(uint four) { return PAIRS_NEIGHBOURS ? four * 2 : four; }
uint second_group(uint four) { return PAIRS_NEIGHBOURS ? four * 2 + 1 : four + FOURS; }

// Every invocation of a head adds all of it up for itself, which spares a dispatch and a barrier.
float norm_scale(uint head, uint column) {
    if (!NORMALIZES_HEADS || head >= HEADS + KV_HEADS) {
        return 1.0;
    }
    float sum = 0.0;
    for (uint g = 0; g < HEAD_GROUPS; g++) {
        const vec4 v = qkv[(head * HEAD_GROUPS + g) * count + column];
        sum += dot(v, v);
    }
    return 1.0 / sqrt(sum / float(HEAD_GROUPS * 4) + epsilon);
}

// The two groups of four pairs, as queries, keys or values are to be.
void load_pairs(uint head, uint four, uint column, float scale, out vec4 a, out vec4 b) {
    a = qkv[(head * HEAD_GROUPS + first_group(four)) * count + column];
    b = qkv[(head * HEAD_GROUPS + second_group(four)) * count + column];
    if (head >= HEADS + KV_HEADS) {
        return;
    }
    if (NORMALIZES_HEADS) {
        const uint weights = head < HEADS ? 0 : HEAD_GROUPS;
        a *= scale * head_norm[weights + first_group(four)];
        b *= scale * head_norm[weights + second_group(four)];
    }
    const uint entry = (columns[column].position * FOURS + four) * 2;
    const vec4 c = table[entry];
    const vec4 s = table[entry + 1];
    const vec4 x = PAIRS_NEIGHBOURS ? vec4(a.xz, b.xz) : a;
    const vec4 y = PAIRS_NEIGHBOURS ? vec4(a.yw, b.yw) : b;
    const vec4 turned_x = x * c - y * s;
    const vec4 turned_y = y * c + x * s;
    a = PAIRS_NEIGHBOURS ? vec4(turned_x.x, turned_y.x, turned_x.y, turned_y.y) : turned_x;
    b = PAIRS_NEIGHBOURS ? vec4(turned_x.z, turned_y.z, turned_x.w, turned_y.w) : turned_y;
}

// The row of the cache for a head of keys or values.
uint row_of(uint head, uint column) {
    return cache_row(
        columns[column].slot, blocks_per_slot, KV_HEADS, (head - HEADS) % KV_HEADS, columns[column].position);
}

void store(uint head, uint place, uvec2 words) {
    if (head < HEADS + KV_HEADS) {
        keys[place] = words;
    } else {
        values[place] = words;
    }
}

uvec2 halves_of(vec4 v) { return uvec2(packHalf2x16(v.xy), packHalf2x16(v.zw)); }

void take_pairs(uint head, uint four, uint column) {
    vec4 a;
    vec4 b;
    load_pairs(head, four, column, norm_scale(head, column), a, b);
    if (head < HEADS) {
        queries[(head * HEAD_GROUPS + first_group(four)) * count + column] = a;
        queries[(head * HEAD_GROUPS + second_group(four)) * count + column] = b;
        return;
    }
    const uint place = row_of(head, column) * HEAD_GROUPS;
    store(head, place + first_group(four), halves_of(a));
    store(head, place + second_group(four), halves_of(b));
}

uint bytes_from(vec4 v) {
    const ivec4 i = ivec4(v) & 255;
    return uint(i.x | i.y << 8 | i.z << 16 | i.w << 24);
}

// Two scales share a word, and the other may be another invocation's, or of another pass.
void store_scale(uint head, uint place, float scale) {
    const uint shift = place % 2 * 16;
    const uint others = 0xFFFF0000u >> shift;
    const uint own = packHalf2x16(vec2(scale, 0.0)) << shift;
    if (head < HEADS + KV_HEADS) {
        atomicAnd(keys[place / 4][place / 2 % 2], others);
        atomicOr(keys[place / 4][place / 2 % 2], own);
    } else {
        atomicAnd(values[place / 4][place / 2 % 2], others);
        atomicOr(values[place / 4][place / 2 % 2], own);
    }
}

// Q8_0: d = max |x| / 127, q = round(x / d).
void take_block(uint head, uint block, uint column) {
    const float scale = norm_scale(head, column);
    vec4 v[8];
    uvec4 greatest = uvec4(0);
    [[unroll]] for (uint i = 0; i < 8; i++) {
        const uint group = block * 8 + i;
        const bool is_first = PAIRS_NEIGHBOURS ? group % 2 == 0 : group < FOURS;
        vec4 a;
        vec4 b;
        load_pairs(head, PAIRS_NEIGHBOURS ? group / 2 : group % FOURS, column, scale, a, b);
        v[i] = is_first ? a : b;
        // Compared as integers, what is not a number is the greatest of all, and so the scale is not one either.
        greatest = max(greatest, floatBitsToUint(v[i]) & 0x7FFFFFFF);
    }
    const float d =
        uintBitsToFloat(max(max(greatest.x, greatest.y), max(greatest.z, greatest.w))) / 127.0;
    const float inverse = d > 0.0 ? 1.0 / d : 0.0;
    const uint row = row_of(head, column);
    [[unroll]] for (uint i = 0; i < 4; i++) {
        const uvec2 words =
            uvec2(bytes_from(roundEven(v[2 * i] * inverse)), bytes_from(roundEven(v[2 * i + 1] * inverse)));
        store(head, row_word(row) * 2 + block * 4 + i, words);
    }
    store_scale(head, row_scale(row) + block, d);
}

void main() {
    const uint index = gl_GlobalInvocationID.x;
    const uint column = gl_WorkGroupID.y;
    const uint in_fours = HEADS_IN_FOURS * FOURS;
    if (index < in_fours) {
        take_pairs(index / FOURS, index % FOURS, column);
    } else if (CACHE_IS_Q8 && index < in_fours + 2 * KV_HEADS * ROW_SCALES) {
        take_block(HEADS + (index - in_fours) / ROW_SCALES, (index - in_fours) % ROW_SCALES, column);
    }
}
