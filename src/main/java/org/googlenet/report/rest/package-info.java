/** How listeners tell a server by HTTP, and what they do while it is away. */
package org.googlenet.report.rest;
