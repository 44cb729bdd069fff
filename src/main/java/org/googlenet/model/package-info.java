/** GoogLeNet for DL4J: its table and graph, loss, optimiser, schedules, summary and file format. */
package org.googlenet.model;
