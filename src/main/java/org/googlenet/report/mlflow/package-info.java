/**
 * What MLflow keeps of a training and of promotions, by its REST interface.
 *
 * @see <a href="https://mlflow.org/docs/latest/api_reference/rest-api.html">MLflow's REST API</a>
 */
package org.googlenet.report.mlflow;
