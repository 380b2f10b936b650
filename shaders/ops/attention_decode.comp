#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require

// Attention of single tokens over the cache. A workgroup takes PACK query heads that share keys and values, one split
// of the positions, and one column. It goes block by block: scores, softmax kept running, weighted sum of the values.
// The workgroup that arrives last at a column's counter merges the splits. Splits depend on the column's own position
// only, so a column's sums are the same whatever else is in the pass.

#include "activations.glsl"
#define COLUMNS_BINDING 4
#include "columns.glsl"
#define BLOCKS_BINDING 5
#include "blocks.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint LANES = 32;
layout(constant_id = 2) const uint SUBGROUPS = 1;
layout(constant_id = 3) const uint HEAD_GROUPS = 16;
layout(constant_id = 4) const uint HEADS_PER_KV = 1;
layout(constant_id = 5) const uint KV_HEADS = 1;
layout(constant_id = 6) const uint PACK = 1;
layout(constant_id = 7) const uint KEY_PARTS = 1; // lanes that share one key, a power of two
layout(constant_id = 8) const uint SPLIT_POSITIONS = 64; // a split takes at least so many, in whole blocks
layout(constant_id = 9) const uint MAXIMUM_SPLITS = 16;
layout(constant_id = 10) const bool CACHE_IS_Q8 = false;

layout(push_constant) uniform Push {
    uint count; // of columns
    uint blocks_per_slot;
    float scale;
};
layout(binding = 0) readonly buffer Queries { vec4 queries[]; };
layout(binding = 3) writeonly buffer Result { vec4 result[]; };
// Of each split: the heads' sums, then greatest score and total weight of each head.
layout(binding = 6) coherent buffer Partials { vec4 partials[]; };
// Splits that are done, of each column and group of heads; zero between dispatches.
layout(binding = 7) coherent buffer Arrivals { uint arrivals[]; };
#include "cached_rows.glsl"

const uint WIDTH = LANES * SUBGROUPS;
const uint VALUE_PARTS = WIDTH > ROW ? WIDTH / ROW : 1; // lanes that share one word of the sums
const uint WORDS = WIDTH < ROW ? (ROW + WIDTH - 1) / WIDTH : 1; // of the sums in one lane
const uint PARTIAL = PACK * (HEAD_GROUPS + 1);
const float MASKED = -1e30;

shared vec4 q[PACK * HEAD_GROUPS];
shared float scores[2 * PACK * BLOCK_POSITIONS]; // of two blocks in turn
shared float greatest[PACK];
shared float total[PACK];
shared float fade[PACK];
shared vec4 sums[VALUE_PARTS * HEAD_GROUPS];
shared bool is_last;

// A workgroup of one subgroup needs no barrier over the workgroup, which CPU drivers pay for.
void sync_shared() {
    if (SUBGROUPS > 1) {
        barrier();
    } else {
        subgroupMemoryBarrierShared();
        subgroupBarrier();
    }
}

// Orders the whole workgroup's buffer accesses before against those after, as all workgroups see them.
void sync_device() {
    controlBarrier(
        gl_ScopeWorkgroup, gl_ScopeDevice, gl_StorageSemanticsBuffer | gl_StorageSemanticsShared,
        gl_SemanticsAcquireRelease);
}

void score(uint row, uint positions, uint buffer_start) {
    for (uint i = gl_LocalInvocationID.x; i < BLOCK_POSITIONS * KEY_PARTS; i += WIDTH) {
        const uint at = i / KEY_PARTS;
        float s[PACK];
        [[unroll]] for (uint h = 0; h < PACK; h++) {
            s[h] = 0.0;
        }
        if (at < positions) {
            const CachedRow key = cached_row(row + at);
            for (uint w = i % KEY_PARTS; w < ROW; w += KEY_PARTS) {
                vec4 k[4];
                load_key(key, w, k);
                [[unroll]] for (uint h = 0; h < PACK; h++) {
                    float sum = 0.0;
                    [[unroll]] for (uint g = 0; g < WORD_GROUPS; g++) {
                        sum += dot(q[h * HEAD_GROUPS + WORD_GROUPS * w + g], k[g]);
                    }
                    s[h] += sum;
                }
            }
        }
        for (uint other = 1; other < KEY_PARTS; other *= 2) {
            [[unroll]] for (uint h = 0; h < PACK; h++) {
                s[h] += subgroupShuffleXor(s[h], other);
            }
        }
        if (i % KEY_PARTS == 0) {
            [[unroll]] for (uint h = 0; h < PACK; h++) {
                scores[buffer_start + h * BLOCK_POSITIONS + at] = at < positions ? s[h] : MASKED;
            }
        }
    }
}

// Turns the block's scores into weights; a subgroup takes a head.
void weigh(uint buffer_start) {
    for (uint h = gl_SubgroupID; h < PACK; h += SUBGROUPS) {
        const uint start = buffer_start + h * BLOCK_POSITIONS;
        const float before = greatest[h];
        float next = before;
        for (uint at = gl_SubgroupInvocationID; at < BLOCK_POSITIONS; at += LANES) {
            next = max(next, scores[start + at]);
        }
        next = subgroupMax(next);
        float sum = 0.0;
        for (uint at = gl_SubgroupInvocationID; at < BLOCK_POSITIONS; at += LANES) {
            const float weight = exp(scores[start + at] - next);
            scores[start + at] = weight;
            sum += weight;
        }
        sum = subgroupAdd(sum);
        if (gl_SubgroupInvocationID == 0) {
            const float factor = exp(before - next);
            fade[h] = factor;
            total[h] = total[h] * factor + sum;
            greatest[h] = next;
        }
    }
}

void main() {
    const uint lane = gl_LocalInvocationID.x;
    const uint first_head = gl_WorkGroupID.x * PACK;
    const uint kv_head = first_head / HEADS_PER_KV;
    const uint split = gl_WorkGroupID.y;
    const uint column = gl_WorkGroupID.z;
    const uint length = columns[column].position + 1;
    const uint slot = columns[column].slot;
    const uint share = (length + MAXIMUM_SPLITS - 1) / MAXIMUM_SPLITS;
    const uint whole = (share + BLOCK_POSITIONS - 1) / BLOCK_POSITIONS * BLOCK_POSITIONS;
    const uint split_positions = max(SPLIT_POSITIONS, whole);
    const uint splits = (length + split_positions - 1) / split_positions;
    if (split >= splits) {
        return;
    }
    const uint end = min(length, (split + 1) * split_positions);

    for (uint i = lane; i < PACK * HEAD_GROUPS; i += WIDTH) {
        q[i] = scale * queries[(first_head * HEAD_GROUPS + i) * count + column];
    }
    for (uint h = lane; h < PACK; h += WIDTH) {
        greatest[h] = MASKED;
        total[h] = 0.0;
    }
    const uint word = lane % (WIDTH < ROW ? WIDTH : ROW);
    const uint part = WIDTH < ROW ? 0 : lane / ROW;
    vec4 o[PACK * WORDS * WORD_GROUPS];
    [[unroll]] for (uint i = 0; i < PACK * WORDS * WORD_GROUPS; i++) {
        o[i] = vec4(0.0);
    }
    sync_shared();
    uint buffer_start = 0;
    for (uint first = split * split_positions; first < end; first += BLOCK_POSITIONS) {
        const uint positions = min(BLOCK_POSITIONS, end - first);
        const uint row = cache_row(slot, blocks_per_slot, KV_HEADS, kv_head, first);
        score(row, positions, buffer_start);
        sync_shared();
        weigh(buffer_start);
        sync_shared();
        [[unroll]] for (uint h = 0; h < PACK; h++) {
            const float factor = fade[h];
            [[unroll]] for (uint i = 0; i < WORDS * WORD_GROUPS; i++) {
                o[h * WORDS * WORD_GROUPS + i] *= factor;
            }
        }
        if (part < VALUE_PARTS) {
            for (uint at = part; at < positions; at += VALUE_PARTS) {
                const CachedRow value = cached_row(row + at);
                [[unroll]] for (uint w = 0; w < WORDS; w++) {
                    vec4 v[4];
                    load_value(value, min(word + w * WIDTH, ROW - 1), v);
                    [[unroll]] for (uint h = 0; h < PACK; h++) {
                        const float weight = scores[buffer_start + h * BLOCK_POSITIONS + at];
                        [[unroll]] for (uint g = 0; g < WORD_GROUPS; g++) {
                            o[(h * WORDS + w) * WORD_GROUPS + g] += weight * v[g];
                        }
                    }
                }
            }
        }
        buffer_start = PACK * BLOCK_POSITIONS - buffer_start;
    }

    const uint group = column * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    const uint partial = (group * MAXIMUM_SPLITS + split) * PARTIAL;
    [[unroll]] for (uint h = 0; h < PACK; h++) {
        if (part < VALUE_PARTS) {
            [[unroll]] for (uint w = 0; w < WORDS; w++) {
                if (word + w * WIDTH < ROW) {
                    const uint place = part * HEAD_GROUPS + (word + w * WIDTH) * WORD_GROUPS;
                    [[unroll]] for (uint g = 0; g < WORD_GROUPS; g++) {
                        sums[place + g] = o[(h * WORDS + w) * WORD_GROUPS + g];
                    }
                }
            }
        }
        sync_shared();
        for (uint g = lane; g < HEAD_GROUPS; g += WIDTH) {
            vec4 sum = sums[g];
            for (uint i = 1; i < VALUE_PARTS; i++) {
                sum += sums[i * HEAD_GROUPS + g];
            }
            if (splits == 1) {
                result[((first_head + h) * HEAD_GROUPS + g) * count + column] = sum / total[h];
            } else {
                partials[partial + h * HEAD_GROUPS + g] = sum;
            }
        }
        sync_shared();
    }
    if (splits == 1) {
        return;
    }
    for (uint h = lane; h < PACK; h += WIDTH) {
        partials[partial + PACK * HEAD_GROUPS + h] = vec4(greatest[h], total[h], 0.0, 0.0);
    }
    sync_device();
    if (lane == 0) {
        const uint arrived = atomicAdd(
            arrivals[group], 1, gl_ScopeDevice, gl_StorageSemanticsBuffer, gl_SemanticsAcquireRelease);
        is_last = arrived == splits - 1;
        if (is_last) {
            // Nobody else comes: the next dispatch counts from zero again.
            arrivals[group] = 0;
        }
    }
    sync_device();
    if (!is_last) {
        return;
    }
    const uint start = group * MAXIMUM_SPLITS * PARTIAL;
    for (uint i = lane; i < PACK * HEAD_GROUPS; i += WIDTH) {
        const uint h = i / HEAD_GROUPS;
        float overall = MASKED;
        for (uint s = 0; s < splits; s++) {
            overall = max(overall, partials[start + s * PARTIAL + PACK * HEAD_GROUPS + h].x);
        }
        vec4 sum = vec4(0.0);
        float all = 0.0;
        for (uint s = 0; s < splits; s++) {
            const vec4 head = partials[start + s * PARTIAL + PACK * HEAD_GROUPS + h];
            const float weight = exp(head.x - overall);
            sum += weight * partials[start + s * PARTIAL + i];
            all += weight * head.y;
        }
        result[(first_head * HEAD_GROUPS + i) * count + column] = sum / all;
    }
}
