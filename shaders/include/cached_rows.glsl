// Reads keys and values from the cache, a word of 16 bytes at a time.

#include "unpack.glsl"
#include "cache.glsl"

layout(binding = 1) readonly buffer Keys { uvec4 keys[]; };
layout(binding = 2) readonly buffer Values { uvec4 values[]; };

struct CachedRow {
    uint word;  // its first
    uint scale; // the place of its first scale
};

CachedRow cached_row(uint row) { return CachedRow(row_word(row), row_scale(row)); }

// A word's values, WORD_GROUPS groups of four.
void expand(uvec4 word, float scale, out vec4 v[4]) {
    [[unroll]] for (uint i = 0; i < WORD_GROUPS; i++) {
        if (CACHE_IS_Q8) {
            v[i] = scale * signed_bytes(word[i]);
        } else {
            v[i] = vec4(unpackHalf2x16(word[i * 2]), unpackHalf2x16(word[i * 2 + 1]));
        }
    }
}

void load_key(CachedRow row, uint i, out vec4 v[4]) {
    float scale = 1.0;
    if (CACHE_IS_Q8) {
        const uint place = row.scale + i / 2;
        scale = half_of(keys[place / 8][place / 2 % 4], place % 2);
    }
    expand(keys[row.word + i], scale, v);
}

void load_value(CachedRow row, uint i, out vec4 v[4]) {
    float scale = 1.0;
    if (CACHE_IS_Q8) {
        const uint place = row.scale + i / 2;
        scale = half_of(values[place / 8][place / 2 % 4], place % 2);
    }
    expand(values[row.word + i], scale, v);
}
