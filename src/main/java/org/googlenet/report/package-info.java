/** The events of a training, and the listeners that show and record them. */
package org.googlenet.report;
