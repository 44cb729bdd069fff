/**
 * What commands read and print: files that the command line names, tables, JSON, a training as it
 * goes.
 */
package org.googlenet.app.io;
