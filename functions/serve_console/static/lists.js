import{part as o}from"./core.js";import{jsx as p}from"./core.js";var t=o("named-groups");function r(){return p(t,{of:"lists"})}export{r as default};
