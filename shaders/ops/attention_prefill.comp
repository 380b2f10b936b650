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

layout(push_constant) uniform Push {
    uint tokens;
    uint blocks_per_slot;
    float scale;
};
layout(binding = 0) readonly buffer Queries { vec4 queries[]; };
layout(binding = 1) readonly buffer Keys { uvec4 keys[]; };
layout(binding = 2) readonly buffer Values { uvec4 values[]; };
layout(binding = 3) writeonly buffer Result { vec4 result[]; };

const float MASKED = -1e30;

vec4 low(uvec4 v) { return vec4(unpackHalf2x16(v.x), unpackHalf2x16(v.y)); }
vec4 high(uvec4 v) { return vec4(unpackHalf2x16(v.z), unpackHalf2x16(v.w)); }

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
        const uint row =
            cache_row(slot, blocks_per_slot, KV_HEADS, kv_head, min(first + lane, last)) * (HEAD_GROUPS / 2);
        float s[LANES];
        [[unroll]] for (uint i = 0; i < LANES; i++) {
            s[i] = 0.0;
        }
        for (uint g = 0; g < HEAD_GROUPS / 2; g++) {
            const uvec4 k = keys[row + g];
            const vec4 a = low(k);
            const vec4 b = high(k);
            [[unroll]] for (uint i = 0; i < LANES; i++) {
                s[i] += dot(q[2 * g], subgroupShuffle(a, i)) + dot(q[2 * g + 1], subgroupShuffle(b, i));
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
        for (uint g = 0; g < HEAD_GROUPS / 2; g++) {
            const uvec4 v = values[row + g];
            const vec4 a = low(v);
            const vec4 b = high(v);
            vec4 sum_a = o[2 * g] * fade;
            vec4 sum_b = o[2 * g + 1] * fade;
            [[unroll]] for (uint i = 0; i < LANES; i++) {
                sum_a += s[i] * subgroupShuffle(a, i);
                sum_b += s[i] * subgroupShuffle(b, i);
            }
            o[2 * g] = sum_a;
            o[2 * g + 1] = sum_b;
        }
    }
    if (first_token + lane >= tokens) {
        return;
    }
    for (uint g = 0; g < HEAD_GROUPS; g++) {
        result[(head * HEAD_GROUPS + g) * tokens + token] = o[g] / total;
    }
}
