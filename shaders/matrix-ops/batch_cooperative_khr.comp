#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_cooperative_matrix : require

#include "format.glsl"
#include "batch.glsl"

#define MATRIX_A coopmat<float16_t, gl_ScopeSubgroup, M, K, gl_MatrixUseA>
#define MATRIX_B coopmat<float16_t, gl_ScopeSubgroup, K, N, gl_MatrixUseB>
#define MATRIX_SUM coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator>
#define LOAD_A(matrix, from, start, stride) \
    coopMatLoad(matrix, from, start, stride, gl_CooperativeMatrixLayoutRowMajor)
#define LOAD_B(matrix, from, start, stride) \
    coopMatLoad(matrix, from, start, stride, gl_CooperativeMatrixLayoutColumnMajor)
#define MULTIPLY_ADD(a, b, sum) coopMatMulAdd(a, b, sum)
#define STORE_SUM(sum, into, start, stride) \
    coopMatStore(sum, into, start, stride, gl_CooperativeMatrixLayoutColumnMajor)
#include "batch_cooperative.glsl"
