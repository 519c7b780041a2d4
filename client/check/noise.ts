/**
 * How often k-ary randomised response keeps the true answer: e^ε / (e^ε + k − 1) (Kairouz, Bonawitz, Ramage 2016,
 * arXiv 1602.07387; docs/definition.md, "Noise").
 *
 * @param answers k, at least 2.
 */
export function keptShare(answers: number, epsilon: number): number {
  return 1 / (1 + (answers - 1) * Math.exp(-epsilon));
}

/**
 * What one answer with noise tells of the true one, in bits, at most.
 *
 * With p the share that is kept and q = (1 − p) / (k − 1) the share of each other answer, the mutual information for
 * true answers that are all as likely is log2 k + p log2 p + (k − 1) q log2 q. The channel is symmetric (every row of
 * its matrix has the same entries), so this is its capacity, and a bound for true answers distributed in any way
 * (Cover and Thomas, Elements of Information Theory, theorem 7.2.1; the mechanism: Kairouz et al. 2016).
 *
 * @param answers k, at least 2.
 */
export function noisyBits(answers: number, epsilon: number): number {
  const kept = keptShare(answers, epsilon);
  const other = (1 - kept) / (answers - 1);
  const surprise = (share: number) => (share > 0 ? share * Math.log2(share) : 0);
  // The difference of nearly equal numbers can come out below zero for a tiny epsilon.
  return Math.max(0, Math.log2(answers) + surprise(kept) + (answers - 1) * surprise(other));
}
