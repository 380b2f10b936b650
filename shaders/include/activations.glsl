// Activations lie in groups of four rows: rows 4g … 4g+3 of token t are the vec4 at g * tokens + t. One token's
// vector is then plain and contiguous, and lanes that stand for tokens read side by side.
uint activation_place(uint row, uint column, uint count) { return (row / 4 * count + column) * 4 + row % 4; }
