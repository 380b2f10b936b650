#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

// Y = W X (+ bias) (+ residual) for many columns, on GPUs without cooperative matrices: an invocation takes four rows and
// four columns of its workgroup's tile.

#include "format.glsl"
#include "batch.glsl"

// The weights of one place in the row lie side by side, so that invocations that stage rows do not get in each other's way.
shared vec4 w_tile[STEP_VECTORS * 4 * (TILE_ROWS / 4)];
shared vec4 x_tile[STEP_VECTORS * TILE_COLUMNS];

void put_weights(uint row, uint i, vec4 w) {
    for (uint k = 0; k < 4; k++) {
        w_tile[(i * 4 + k) * (TILE_ROWS / 4) + row / 4][row % 4] = w[k];
    }
}

void put_activations(uint column, uint i, vec4 v) { x_tile[i * TILE_COLUMNS + column] = v; }

void main() {
    const uint group = gl_LocalInvocationID.x % (TILE_ROWS / 4);
    const uint column = gl_LocalInvocationID.x / (TILE_ROWS / 4) * 4;
    vec4 sums[4];
    [[unroll]] for (uint c = 0; c < 4; c++) {
        sums[c] = vec4(0.0);
    }
    for (uint unit = 0; unit < units; unit += UNITS) {
        stage(unit);
        for (uint i = 0; i < STEP_VECTORS; i++) {
            vec4 v[4];
            [[unroll]] for (uint c = 0; c < 4; c++) {
                v[c] = x_tile[i * TILE_COLUMNS + column + c];
            }
            [[unroll]] for (uint k = 0; k < 4; k++) {
                const vec4 w = w_tile[(i * 4 + k) * (TILE_ROWS / 4) + group];
                [[unroll]] for (uint c = 0; c < 4; c++) {
                    sums[c] = fma(w, vec4(v[c][k]), sums[c]);
                }
            }
        }
        barrier();
    }
    [[unroll]] for (uint c = 0; c < 4; c++) {
        finish(group * 4, column + c, sums[c]);
    }
}
