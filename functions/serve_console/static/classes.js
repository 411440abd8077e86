import{part as s}from"./core.js";import{jsx as a}from"./core.js";var e=s("names-in-use");function t(){return a(e,{of:"classes"})}export{t as default};
