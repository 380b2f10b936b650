#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require

// Causal attention of a part of one text's prompt over the cache, softmax kept running (Dao et al., FlashAttention,
// 2022). A lane stands for one query. Of each LANES positions, lane i fetches key and value i and all lanes take them
// from it by shuffle.

#include "activations.glsl"
#define COLUMNS_BINDING 4
#include "columns.glsl"
#define BLOCKS_BINDING 5
#include "blocks.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint LANES = 32;
layout(constant_id = 2) const uint HEAD_GROUPS = 16;
layout(constant_id = 3) const uint HEADS_PER_KV = 1;
layout(constant_id = 4) const uint KV_HEADS = 1;
layout(constant_id = 5) const bool CACHE_IS_Q8 = false;

layout(push_constant) uniform Push {
    uint tokens;
    uint blocks_per_slot;
    float scale;
};
layout(binding = 0) readonly buffer Queries { vec4 queries[]; };
layout(binding = 3) writeonly buffer Result { vec4 result[]; };
#include "cached_rows.glsl"

const float MASKED = -1e30;

void main() {
    const uint lane = gl_SubgroupInvocationID;
    const uint head = gl_WorkGroupID.y;
    const uint first_token = (gl_WorkGroupID.x * gl_NumSubgroups + gl_SubgroupID) * LANES;
    if (first_token >= tokens) {
        return;
    }
    const uint token = min(first_token + lane, tokens - 1);
    const uint here = columns[token].position;
    const uint last = columns[min(first_token + LANES, tokens) - 1].position;
    const uint slot = columns[0].slot;
    const uint kv_head = head / HEADS_PER_KV;

    // Loops over the head are left to the compiler: unrolled by force, llvmpipe takes 6 s longer to compile them.
    vec4 q[HEAD_GROUPS];
    vec4 o[HEAD_GROUPS];
    for (uint g = 0; g < HEAD_GROUPS; g++) {
        q[g] = scale * queries[(head * HEAD_GROUPS + g) * tokens + token];
        o[g] = vec4(0.0);
    }
    float greatest = MASKED;
    float total = 0.0;
    for (uint first = 0; first <= last; first += LANES) {
        const CachedRow row =
            cached_row(cache_row(slot, blocks_per_slot, KV_HEADS, kv_head, min(first + lane, last)));
        float s[LANES];
        [[unroll]] for (uint i = 0; i < LANES; i++) {
            s[i] = 0.0;
        }
        for (uint w = 0; w < ROW; w++) {
            vec4 k[4];
            load_key(row, w, k);
            [[unroll]] for (uint i = 0; i < LANES; i++) {
                float sum = 0.0;
                [[unroll]] for (uint g = 0; g < WORD_GROUPS; g++) {
                    sum += dot(q[WORD_GROUPS * w + g], subgroupShuffle(k[g], i));
                }
                s[i] += sum;
            }
        }
        float next = greatest;
        [[unroll]] for (uint i = 0; i < LANES; i++) {
            s[i] = first + i <= here ? s[i] : MASKED;
            next = max(next, s[i]);
        }
        const float fade = exp(greatest - next);
        greatest = next;
        total *= fade;
        [[unroll]] for (uint i = 0; i < LANES; i++) {
            s[i] = exp(s[i] - next);
            total += s[i];
        }
        for (uint w = 0; w < ROW; w++) {
            vec4 v[4];
            load_value(row, w, v);
            [[unroll]] for (uint g = 0; g < WORD_GROUPS; g++) {
                vec4 sum = o[WORD_GROUPS * w + g] * fade;
                [[unroll]] for (uint i = 0; i < LANES; i++) {
                    sum += s[i] * subgroupShuffle(v[g], i);
                }
                o[WORD_GROUPS * w + g] = sum;
            }
        }
    }
    if (first_token + lane >= tokens) {
        return;
    }
    for (uint g = 0; g < HEAD_GROUPS; g++) {
        result[(head * HEAD_GROUPS + g) * tokens + token] = o[g] / total;
    }
}
