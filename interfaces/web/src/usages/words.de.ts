export const usages = {};
