#version 450
#extension GL_GOOGLE_include_directive : require

// Gathers the embedding rows of a batch of tokens; an invocation expands one unit of one row.

#include "format.glsl"
#include "activations.glsl"

layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint first_row; // of the part of the matrix that is bound
    uint row_count;
    uint units;
    uint tokens;
};
layout(binding = 2) readonly buffer Tokens { uint token_ids[]; };
layout(binding = 3) writeonly buffer Result { vec4 result[]; };

void main() {
    const uint unit = gl_GlobalInvocationID.x;
    const uint token = gl_WorkGroupID.y;
    const uint row = token_ids[token] - first_row;
    if (unit >= units || row >= row_count) {
        return;
    }
    vec4 w[4 * RUNS];
    load_unit(row, unit, units, w);
    for (uint run = 0; run < RUNS; run++) {
        const uint group = run_start(unit, run) / 4;
        for (uint i = 0; i < 4; i++) {
            result[(group + i) * tokens + token] = w[run * 4 + i];
        }
    }
}
