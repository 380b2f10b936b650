// What the products of many columns share. A workgroup takes a tile of the result; step by step it expands the weights and
// fetches the activations of some units into shared memory, as the shader that includes this lays it out.

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint TILE_ROWS = 64;
layout(constant_id = 2) const uint TILE_COLUMNS = 64;
layout(constant_id = 3) const bool HAS_BIAS = false;
layout(constant_id = 4) const bool HAS_RESIDUAL = false;

layout(push_constant) uniform Push {
    uint rows;
    uint units;
    uint count;    // of columns
    float epsilon; // of products of few columns only, as is the gain
};
layout(binding = 2) readonly buffer Activations { vec4 x[]; };
layout(binding = 3) readonly buffer Gain { vec4 gain[]; };
layout(binding = 4) readonly buffer Bias { vec4 bias[]; };
layout(binding = 5) readonly buffer Residual { vec4 residual[]; };
layout(binding = 6) writeonly buffer Result { vec4 y[]; };

const uint VECTORS = 4 * RUNS;                // of four values in a unit
const uint UNITS = max(16 / VECTORS, 1);      // in a step
const uint STEP_VECTORS = UNITS * VECTORS;    // of a row in a step

// Keeps vector `i` of a step, of a row or a column of the tile.
void put_weights(uint row, uint i, vec4 w);
void put_activations(uint column, uint i, vec4 v);

// Ends with the tiles of a step in shared memory, visible to all.
void stage(uint first_unit) {
    const uint first_row = gl_WorkGroupID.x * TILE_ROWS;
    const uint first_column = gl_WorkGroupID.y * TILE_COLUMNS;
    for (uint task = gl_LocalInvocationID.x; task < TILE_ROWS * UNITS; task += gl_WorkGroupSize.x) {
        const uint row = task % TILE_ROWS;
        const uint unit = first_unit + task / TILE_ROWS;
        vec4 w[VECTORS];
        load_unit(min(first_row + row, rows - 1), min(unit, units - 1), units, w);
        for (uint i = 0; i < VECTORS; i++) {
            put_weights(row, task / TILE_ROWS * VECTORS + i, unit < units ? w[i] : vec4(0.0));
        }
    }
    for (uint task = gl_LocalInvocationID.x; task < STEP_VECTORS * TILE_COLUMNS; task += gl_WorkGroupSize.x) {
        const uint i = task / TILE_COLUMNS;
        const uint column = task % TILE_COLUMNS;
        const uint unit = min(first_unit + i / VECTORS, units - 1);
        const uint group = run_start(unit, i % VECTORS / 4) / 4 + i % 4;
        put_activations(column, i, x[group * count + min(first_column + column, count - 1)]);
    }
    barrier();
}

// Writes four rows of a column of the tile.
void finish(uint tile_row, uint tile_column, vec4 sum) {
    const uint group = (gl_WorkGroupID.x * TILE_ROWS + tile_row) / 4;
    const uint column = gl_WorkGroupID.y * TILE_COLUMNS + tile_column;
    if (group * 4 >= rows || column >= count) {
        return;
    }
    const uint place = group * count + column;
    if (HAS_BIAS) {
        sum += bias[group];
    }
    if (HAS_RESIDUAL) {
        sum += residual[place];
    }
    y[place] = sum;
}
