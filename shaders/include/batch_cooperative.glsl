// Y = W X (+ bias) (+ residual) for many columns with cooperative matrices, float16 factors and float32 sums. Four subgroups
// take a quarter of the tile each. The macros below hide what the two extensions name differently:
// MATRIX_A, MATRIX_B, MATRIX_SUM are types, LOAD_A and LOAD_B fetch from rows and from columns that lie on end,
// MULTIPLY_ADD and STORE_SUM (rows on end) do what they say.

layout(constant_id = 5) const uint LANES = 32;
layout(constant_id = 6) const uint M = 16; // the device's shape: M × K times K × N
layout(constant_id = 7) const uint N = 16;
layout(constant_id = 8) const uint K = 16;

const uint STEP_VALUES = STEP_VECTORS * 4;
const uint STRIDE = STEP_VALUES + 8; // the gap spares bank conflicts and keeps 16-byte alignment
const uint PARTS_M = TILE_ROWS / 2 / M;
const uint PARTS_N = TILE_COLUMNS / 2 / N;

shared float16_t w_tile[TILE_ROWS * STRIDE];
shared float16_t x_tile[TILE_COLUMNS * STRIDE];
shared float patches[4 * M * N];

void put_weights(uint row, uint i, vec4 w) {
    for (uint k = 0; k < 4; k++) {
        w_tile[row * STRIDE + i * 4 + k] = float16_t(w[k]);
    }
}

void put_activations(uint column, uint i, vec4 v) {
    // An activation beyond float16 must not become an infinity, which would spread to the whole text.
    const vec4 bounded = clamp(v, -65504.0, 65504.0);
    for (uint k = 0; k < 4; k++) {
        x_tile[column * STRIDE + i * 4 + k] = float16_t(bounded[k]);
    }
}

void main() {
    const uint first_row = gl_SubgroupID % 2 * (TILE_ROWS / 2);
    const uint first_column = gl_SubgroupID / 2 * (TILE_COLUMNS / 2);
    MATRIX_SUM sums[PARTS_M * PARTS_N];
    [[unroll]] for (uint i = 0; i < PARTS_M * PARTS_N; i++) {
        sums[i] = MATRIX_SUM(0.0);
    }
    for (uint unit = 0; unit < units; unit += UNITS) {
        stage(unit);
        [[unroll]] for (uint k = 0; k < STEP_VALUES; k += K) {
            MATRIX_A a[PARTS_M];
            [[unroll]] for (uint m = 0; m < PARTS_M; m++) {
                LOAD_A(a[m], w_tile, (first_row + m * M) * STRIDE + k, STRIDE);
            }
            [[unroll]] for (uint n = 0; n < PARTS_N; n++) {
                MATRIX_B b;
                LOAD_B(b, x_tile, (first_column + n * N) * STRIDE + k, STRIDE);
                [[unroll]] for (uint m = 0; m < PARTS_M; m++) {
                    sums[n * PARTS_M + m] = MULTIPLY_ADD(a[m], b, sums[n * PARTS_M + m]);
                }
            }
        }
        barrier();
    }
    const uint patch_start = gl_SubgroupID * M * N;
    [[unroll]] for (uint n = 0; n < PARTS_N; n++) {
        [[unroll]] for (uint m = 0; m < PARTS_M; m++) {
            STORE_SUM(sums[n * PARTS_M + m], patches, patch_start, M);
            barrier();
            for (uint i = gl_SubgroupInvocationID; i < M / 4 * N; i += LANES) {
                const uint row = i % (M / 4) * 4;
                const uint column = i / (M / 4);
                const uint place = patch_start + column * M + row;
                finish(
                    first_row + m * M + row, first_column + n * N + column,
                    vec4(patches[place], patches[place + 1], patches[place + 2], patches[place + 3]));
            }
            barrier();
        }
    }
}
