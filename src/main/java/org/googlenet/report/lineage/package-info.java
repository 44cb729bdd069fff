/**
 * What OpenLineage keeps of a training: which data sets became which model, in events of its
 * specification 2-0-2.
 *
 * @see <a href="https://openlineage.io/docs/spec/object-model">OpenLineage's object model</a>
 */
package org.googlenet.report.lineage;
