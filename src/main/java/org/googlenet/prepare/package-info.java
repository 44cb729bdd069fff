/** Making data sets, as Spark jobs, from images as they are found. */
package org.googlenet.prepare;
