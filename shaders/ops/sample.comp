#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require

// Picks the token after each column, one workgroup a column, among those that the column's mask allows: the greatest
// logit, or, with a temperature, the greatest logit / temperature + Gumbel noise, which draws from the softmax
// (Gumbel-max trick). Top-k and top-p leave out the tokens below a threshold, which is searched for, two bits of the
// logit at a time, without sorting. The noise depends on seed, position and token alone. Equal keys go to the
// lower id.

#include "activations.glsl"
#define COLUMNS_BINDING 3
#include "columns.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint SUBGROUPS = 1;

layout(push_constant) uniform Push {
    uint vocabulary;
    uint count;        // columns of the logits
    uint first_column; // of the columns' parameters: the one that logits column 0 belongs to
    uint mask_words;   // from one column's mask to the next
};
layout(binding = 0) readonly buffer Logits { float logits[]; };
layout(binding = 1) readonly buffer Mask { uint mask[]; };
layout(binding = 2) writeonly buffer Result { uint chosen[]; };

shared float shared_key[SUBGROUPS];
shared uint shared_token[SUBGROUPS];
shared vec4 shared_sums[SUBGROUPS];

const uint NONE = 0xffffffffu;
const float LOWEST = -3.0e38;

uint column;
Column settings;

// Takes the token's logit; false if it may not be chosen. A logit that is no number never is.
bool allowed(uint token, out float logit) {
    logit = logits[(token / 4 * count + column) * 4 + token % 4];
    if ((settings.flags & IS_MASKED) != 0 && (mask[column * mask_words + token / 32] >> (token % 32) & 1) == 0) {
        return false;
    }
    return logit > LOWEST;
}

// The number's bits in an order that unsigned integers keep.
uint ordered(float value) {
    const uint bits = floatBitsToUint(value);
    return (bits >> 31) != 0 ? ~bits : bits | 0x80000000u;
}

// PCG output permutation over a word (Jarzynski and Olano, Hash Functions for GPU Rendering, 2020).
uint hash(uint v) {
    const uint state = v * 747796405u + 2891336453u;
    const uint word = ((state >> ((state >> 28) + 4u)) ^ state) * 277803737u;
    return (word >> 22) ^ word;
}

float gumbel(uint token) {
    const uint bits = hash(token ^ hash(settings.position ^ hash(settings.seed_high ^ hash(settings.seed_low))));
    const float uniform_value = (float(bits >> 8) + 0.5) / 16777216.0;
    return -log(-log(uniform_value));
}

// The greatest of all lanes' numbers, and the least token that has it.
void reduce(inout float greatest, inout uint token) {
    const float own = greatest;
    greatest = subgroupMax(own);
    token = subgroupMin(own == greatest ? token : NONE);
    if (SUBGROUPS > 1) {
        barrier();
        if (subgroupElect()) {
            shared_key[gl_SubgroupID] = greatest;
            shared_token[gl_SubgroupID] = token;
        }
        barrier();
        for (uint i = 0; i < SUBGROUPS; i++) {
            if (shared_key[i] > greatest || (shared_key[i] == greatest && shared_token[i] < token)) {
                greatest = shared_key[i];
                token = shared_token[i];
            }
        }
    }
}

vec4 total(vec4 sums) {
    sums = subgroupAdd(sums);
    if (SUBGROUPS > 1) {
        barrier();
        if (subgroupElect()) {
            shared_sums[gl_SubgroupID] = sums;
        }
        barrier();
        sums = vec4(0.0);
        for (uint i = 0; i < SUBGROUPS; i++) {
            sums += shared_sums[i];
        }
    }
    return sums;
}

// The least `ordered` logit that top-k, or else top-p, keeps: the greatest from which on the tokens weigh enough.
// Each round tries three values of the next two bits; by mass, the first one weighs all tokens that top-k has kept.
// One loop for all, because CPU drivers take long to compile each loop over the logits.
uint search(float greatest) {
    uint kept = 0;
    uint found = 0;
    float target = float(settings.top_k);
    const uint first = settings.top_k > 0 ? 0 : 16;
    const uint end = settings.top_p < 1.0 ? 33 : 16;
    for (uint round = first; round < end; round++) {
        const bool by_mass = round >= 16;
        const bool weighs_all = round == 16;
        if (weighs_all) {
            kept = found;
            found = 0;
        }
        const uint step = by_mass ? 1u << (2 * (32 - max(round, 17u))) : 1u << (2 * (15 - round));
        vec4 sums = vec4(0.0);
        for (uint i = gl_LocalInvocationID.x; i < vocabulary; i += gl_WorkGroupSize.x) {
            float logit;
            if (allowed(i, logit)) {
                const uint key = ordered(logit);
                const uint steps = weighs_all ? (key >= kept ? 3 : 0) : key >= found ? (key - found) / step : 0;
                const float w = by_mass ? exp((logit - greatest) * settings.inverse_temperature) : 1.0;
                sums += mix(vec4(0.0), vec4(w), greaterThan(uvec4(steps), uvec4(0, 1, 2, 3)));
            }
        }
        sums = total(sums);
        if (weighs_all) {
            target = settings.top_p * sums.x;
        } else {
            found += step * ((sums.x >= target ? 1 : 0) + (sums.y >= target ? 1 : 0) + (sums.z >= target ? 1 : 0));
        }
    }
    return max(kept, found);
}

void main() {
    column = gl_WorkGroupID.x;
    settings = columns[first_column + column];
    const bool draws = settings.inverse_temperature > 0.0;
    const bool cuts = draws && (settings.top_k > 0 || settings.top_p < 1.0);
    uint threshold = 0;
    float greatest;
    uint token;
    // With top-k or top-p once for the greatest logit, then for the choice.
    for (uint turn = cuts ? 0 : 1; turn < 2; turn++) {
        const bool noisy = draws && turn == 1;
        greatest = LOWEST;
        token = NONE;
        for (uint i = gl_LocalInvocationID.x; i < vocabulary; i += gl_WorkGroupSize.x) {
            float key;
            if (allowed(i, key) && ordered(key) >= threshold) {
                if (noisy) {
                    key = key * settings.inverse_temperature + gumbel(i);
                }
                if (key > greatest) {
                    greatest = key;
                    token = i;
                }
            }
        }
        reduce(greatest, token);
        if (turn == 0) {
            threshold = search(greatest);
        }
    }
    if (gl_LocalInvocationID.x == 0) {
        chosen[column] = token;
    }
}
