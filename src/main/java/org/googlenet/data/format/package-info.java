/** How a shard of a data set is stored: listed, indexed, and a range of its records read. */
package org.googlenet.data.format;
