#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_EXT_control_flow_attributes : require

// Attention of one token over the cache. A workgroup takes one head; each lane takes its own positions with its own
// running softmax, and the lanes' results are merged at the end.

#define STATE_BINDING 4
#include "state.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint SUBGROUPS = 1;
layout(constant_id = 2) const uint HEAD_GROUPS = 16;
layout(constant_id = 3) const uint HEADS_PER_KV = 1;

layout(push_constant) uniform Push {
    uint context;
    float scale;
};
layout(binding = 0) readonly buffer Queries { vec4 queries[]; };
layout(binding = 1) readonly buffer Keys { uvec4 keys[]; };
layout(binding = 2) readonly buffer Values { uvec4 values[]; };
layout(binding = 3) writeonly buffer Result { vec4 result[]; };

shared float shared_greatest[SUBGROUPS];
shared float shared_total[SUBGROUPS];
shared vec4 shared_sum[SUBGROUPS * HEAD_GROUPS];

const float MASKED = -1e30;

vec4 low(uvec4 v) { return vec4(unpackHalf2x16(v.x), unpackHalf2x16(v.y)); }
vec4 high(uvec4 v) { return vec4(unpackHalf2x16(v.z), unpackHalf2x16(v.w)); }

void main() {
    const uint head = gl_WorkGroupID.x;
    const uint cache = head / HEADS_PER_KV * context;
    vec4 q[HEAD_GROUPS];
    vec4 o[HEAD_GROUPS];
    for (uint g = 0; g < HEAD_GROUPS; g++) {
        q[g] = scale * queries[head * HEAD_GROUPS + g];
        o[g] = vec4(0.0);
    }
    float greatest = MASKED;
    float total = 0.0;
    for (uint at = gl_LocalInvocationID.x; at <= position; at += gl_WorkGroupSize.x) {
        const uint row = (cache + at) * (HEAD_GROUPS / 2);
        float s = 0.0;
        for (uint g = 0; g < HEAD_GROUPS / 2; g++) {
            const uvec4 k = keys[row + g];
            s += dot(q[2 * g], low(k)) + dot(q[2 * g + 1], high(k));
        }
        const float next = max(greatest, s);
        const float fade = exp(greatest - next);
        const float p = exp(s - next);
        greatest = next;
        total = total * fade + p;
        for (uint g = 0; g < HEAD_GROUPS / 2; g++) {
            const uvec4 v = values[row + g];
            o[2 * g] = o[2 * g] * fade + p * low(v);
            o[2 * g + 1] = o[2 * g + 1] * fade + p * high(v);
        }
    }
    const float subgroup_greatest = subgroupMax(greatest);
    const float factor = exp(greatest - subgroup_greatest);
    total = subgroupAdd(total * factor);
    for (uint g = 0; g < HEAD_GROUPS; g++) {
        o[g] = subgroupAdd(o[g] * factor);
    }
    if (SUBGROUPS == 1) {
        if (subgroupElect()) {
            for (uint g = 0; g < HEAD_GROUPS; g++) {
                result[head * HEAD_GROUPS + g] = o[g] / total;
            }
        }
        return;
    }
    if (subgroupElect()) {
        shared_greatest[gl_SubgroupID] = subgroup_greatest;
        shared_total[gl_SubgroupID] = total;
        for (uint g = 0; g < HEAD_GROUPS; g++) {
            shared_sum[gl_SubgroupID * HEAD_GROUPS + g] = o[g];
        }
    }
    barrier();
    float overall = MASKED;
    for (uint i = 0; i < SUBGROUPS; i++) {
        overall = max(overall, shared_greatest[i]);
    }
    for (uint g = gl_LocalInvocationID.x; g < HEAD_GROUPS; g += gl_WorkGroupSize.x) {
        vec4 sum = vec4(0.0);
        float all = 0.0;
        for (uint i = 0; i < SUBGROUPS; i++) {
            const float weight = exp(shared_greatest[i] - overall);
            sum += weight * shared_sum[i * HEAD_GROUPS + g];
            all += weight * shared_total[i];
        }
        result[head * HEAD_GROUPS + g] = sum / all;
    }
}
