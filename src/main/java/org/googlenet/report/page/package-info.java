/**
 * The report of a training: one HTML file that shows from its events whether it learns, whether it
 * is healthy, where its time goes, what it gets wrong, and what exactly ran.
 *
 * <p>{@link org.googlenet.report.page.RunReader} makes a {@link org.googlenet.report.page.RunData}
 * of a run's events, live or stored, and {@link org.googlenet.report.page.Page} writes one or
 * several of them.
 */
package org.googlenet.report.page;
