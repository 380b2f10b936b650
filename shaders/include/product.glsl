// What every product of few columns shares: its constants, its input, and the order in which a sum is added up.
//
// An epilogue (`epilogue_*.glsl`) is included first. It says of how many rows of the matrix an item of the result is
// made (ITEM_ROWS: 1, or 2 for pairs), which rows these are, and what becomes of their sums. A column's sums are added up in the
// same order whatever COLUMNS, ROWS and the other columns are: lanes and units alone decide it.

layout(constant_id = 1) const uint LANES = 32;
layout(constant_id = 2) const uint ROWS = 4;    // rows at once; a multiple of ITEM_ROWS
layout(constant_id = 3) const uint COLUMNS = 1; // columns at once
layout(constant_id = 4) const bool HAS_NORM = false;

layout(local_size_x_id = 0) in;

const uint ITEMS = ROWS / ITEM_ROWS;
const uint VECTORS = 4 * RUNS; // of four values in a unit

layout(binding = 2) readonly buffer Activations { vec4 x[]; };
layout(binding = 3) readonly buffer Gain { vec4 gain[]; };

// Where the input's vector `i` of a unit starts, in groups of four rows.
uint input_group(uint unit, uint i) { return run_start(unit, i / 4) / 4 + i % 4; }

// RMS norm: the gain is multiplied into the input, and the scale, known only at the end, into the sums.
float norm_scale(float squares) {
    return 1.0 / sqrt(squares / float(units * 16 * RUNS) + epsilon);
}
