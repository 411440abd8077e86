import{part as o}from"./core.js";import{jsx as a}from"./core.js";var t=o("named-groups");function r(){return a(t,{of:"tags"})}export{r as default};
