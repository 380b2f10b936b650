#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require

// Picks the next token among those that the mask allows, in one workgroup: the greatest logit, or, with a
// temperature, the greatest logit / temperature + Gumbel noise, which draws from the softmax (Gumbel-max trick).
// The noise of a token depends on seed, last position and token alone. Equal keys go to the lower id.

#define STATE_BINDING 3
#include "state.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint SUBGROUPS = 1;

layout(push_constant) uniform Push { uint count; };
layout(binding = 0) readonly buffer Logits { float logits[]; };
layout(binding = 1) readonly buffer Mask { uint mask[]; };
layout(binding = 2) writeonly buffer Result { uint chosen; };

shared float shared_key[SUBGROUPS];
shared uint shared_token[SUBGROUPS];

const uint NONE = 0xffffffffu;
const float LOWEST = -3.0e38;

// PCG output permutation over a word (Jarzynski and Olano, Hash Functions for GPU Rendering, 2020).
uint hash(uint v) {
    const uint state = v * 747796405u + 2891336453u;
    const uint word = ((state >> ((state >> 28) + 4u)) ^ state) * 277803737u;
    return (word >> 22) ^ word;
}

float gumbel(uint token) {
    const uint bits = hash(token ^ hash(last_position ^ hash(seed_high ^ hash(seed_low))));
    const float uniform_value = (float(bits >> 8) + 0.5) / 16777216.0;
    return -log(-log(uniform_value));
}

void main() {
    float best = LOWEST;
    uint token = NONE;
    for (uint i = gl_LocalInvocationID.x; i < count; i += gl_WorkGroupSize.x) {
        if ((mask[i / 32] >> (i % 32) & 1) != 0) {
            float key = logits[i];
            if (inverse_temperature > 0.0) {
                key = key * inverse_temperature + gumbel(i);
            }
            if (key > best) {
                best = key;
                token = i;
            }
        }
    }
    float greatest = subgroupMax(best);
    uint first = subgroupMin(best == greatest ? token : NONE);
    if (SUBGROUPS > 1) {
        if (subgroupElect()) {
            shared_key[gl_SubgroupID] = greatest;
            shared_token[gl_SubgroupID] = first;
        }
        barrier();
        for (uint i = 0; i < SUBGROUPS; i++) {
            if (shared_key[i] > greatest || (shared_key[i] == greatest && shared_token[i] < first)) {
                greatest = shared_key[i];
                first = shared_token[i];
            }
        }
    }
    if (gl_LocalInvocationID.x == 0) {
        chosen = first;
    }
}
