// The matrix holds rows of queries, then of keys, then of values, each perhaps none. An item is two rows of a head that
// turn together: queries and keys are rotated by the column's position; keys and values go into the cache as float16.
const uint ITEM_ROWS = 2;

layout(constant_id = 5) const bool HAS_BIAS = false;
layout(constant_id = 6) const uint HEAD_SIZE = 64;
layout(constant_id = 7) const uint KV_HEADS = 1;
layout(constant_id = 8) const bool PAIRS_NEIGHBOURS = false; // value 2i with 2i + 1, else i with i + size / 2

layout(push_constant) uniform Push {
    uint rows;
    uint units;
    uint count; // of columns
    float epsilon;
    uint query_rows;
    uint key_rows;
    uint blocks_per_slot;
};
layout(binding = 4) readonly buffer Bias { float bias[]; };
layout(binding = 5) readonly buffer Table { float table[]; }; // four cosines, then the sines, of each position's pairs
layout(binding = 6) writeonly buffer Queries { float queries[]; };
layout(binding = 7) writeonly buffer KeyCache { uint key_words[]; };
layout(binding = 8) writeonly buffer ValueCache { uint value_words[]; };
#define COLUMNS_BINDING 9
#include "columns.glsl"
#define BLOCKS_BINDING 10
#include "blocks.glsl"

const uint HALF_SIZE = HEAD_SIZE / 2;

uint item_row(uint item, uint member) {
    const uint pair = item % HALF_SIZE;
    return item / HALF_SIZE * HEAD_SIZE + (PAIRS_NEIGHBOURS ? 2 * pair + member : pair + member * HALF_SIZE);
}

// Items of even and odd lanes that lie side by side make up one 32-bit word of the cache together.
void finish(uint item, uint column, float sums[ITEM_ROWS]) {
    const bool is_valid = item < rows / 2 && column < count;
    item = min(item, rows / 2 - 1);
    column = min(column, count - 1);
    const uint first = item_row(item, 0);
    const uint second = item_row(item, 1);
    const uint pair = item % HALF_SIZE;
    const uint position = columns[column].position;
    float a = sums[0];
    float b = sums[1];
    if (HAS_BIAS) {
        a += bias[first];
        b += bias[second];
    }
    if (first < query_rows + key_rows) {
        const uint entry = position * HEAD_SIZE + pair / 4 * 8 + pair % 4;
        const float c = table[entry];
        const float s = table[entry + 4];
        const float turned = a * c - b * s;
        b = b * c + a * s;
        a = turned;
    }
    const float beside_a = subgroupShuffleXor(a, 1);
    const float beside_b = subgroupShuffleXor(b, 1);
    if (!is_valid) {
        return;
    }
    if (first < query_rows) {
        queries[activation_place(first, column, count)] = a;
        queries[activation_place(second, column, count)] = b;
        return;
    }
    const bool is_key = first < query_rows + key_rows;
    const uint head = (first - query_rows - (is_key ? 0 : key_rows)) / HEAD_SIZE;
    uint place = cache_row(columns[column].slot, blocks_per_slot, KV_HEADS, head, position) * HALF_SIZE;
    vec2 both;
    if (PAIRS_NEIGHBOURS) {
        place += pair;
        both = vec2(a, b);
    } else if (pair % 2 == 0) {
        place += pair / 2;
        both = vec2(a, beside_a);
    } else {
        place += (HALF_SIZE + pair) / 2;
        both = vec2(beside_b, b);
    }
    if (is_key) {
        key_words[place] = packHalf2x16(both);
    } else {
        value_words[place] = packHalf2x16(both);
    }
}
